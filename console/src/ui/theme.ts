import { useSyncExternalStore } from "react"

export type Theme = "light" | "dark" | "system"

const root = document.documentElement
const listeners = new Set<() => void>()
const system = matchMedia("(prefers-color-scheme: dark)")

export function chosenTheme(): Theme {
  try {
    const theme = localStorage.getItem("theme")
    return theme === "light" || theme === "dark" ? theme : "system"
  } catch {
    return "system"
  }
}

function apply() {
  const theme = chosenTheme()
  root.classList.toggle("dark", theme === "dark" || (theme === "system" && system.matches))
  for (const listener of listeners) listener()
}

export function setTheme(theme: Theme) {
  try {
    if (theme === "system") localStorage.removeItem("theme")
    else localStorage.setItem("theme", theme)
  } catch {
    // Storage is blocked: the system's theme stays.
  }
  apply()
}

system.addEventListener("change", apply)
addEventListener("storage", (event) => event.key === "theme" && apply())

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useDark = () => useSyncExternalStore(subscribe, () => root.classList.contains("dark"))
