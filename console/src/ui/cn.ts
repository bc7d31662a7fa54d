/** Join class names. Of two that contradict each other the stylesheet's order decides: do not rely on it. */
export { clsx as cn } from "clsx"
