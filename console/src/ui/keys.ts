import { useEffect, useRef } from "react"

const SEQUENCE_MILLISECONDS = 900

/** Nothing is typed into a box to tick. */
const isTicking = (target: HTMLElement) => target instanceof HTMLInputElement && /^(checkbox|radio)$/.test(target.type)

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !isTicking(target)))

/** Enter belongs to whatever has the focus, where that does something with it. */
const isPressing = ({ key, target }: KeyboardEvent) =>
  key === "Enter" && target instanceof HTMLElement && target.closest("a,button,summary,[role=button]") !== null

/**
 * Single keys ("j"), sequences ("g a") and chords ("mod+k"). Silent while somebody types, and under an open dialog except
 * for chords.
 */
export function useKeys(map: Record<string, (event: KeyboardEvent) => void>, enabled = true): void {
  const latest = useRef(map)
  useEffect(() => {
    latest.current = map
  })
  useEffect(() => {
    if (!enabled) return
    let lead = ""
    let ledAt = 0
    const listen = (event: KeyboardEvent) => {
      let name = event.key
      if (event.metaKey || event.ctrlKey) name = `mod+${event.key.toLowerCase()}`
      else {
        if (
          event.altKey ||
          isTyping(event.target) ||
          isPressing(event) ||
          document.querySelector('[role="dialog"],[role="alertdialog"]')
        )
          return
        if (lead && performance.now() - ledAt < SEQUENCE_MILLISECONDS) name = `${lead} ${event.key}`
        lead = event.key === "g" ? "g" : ""
        ledAt = performance.now()
      }
      const action = latest.current[name]
      if (!action || event.defaultPrevented) return
      event.preventDefault()
      action(event)
    }
    addEventListener("keydown", listen)
    return () => removeEventListener("keydown", listen)
  }, [enabled])
}
