/** The browser's own notifications, which show also when the console is behind other windows. */
import { useSyncExternalStore } from "react"

export type Consent = NotificationPermission | "unsupported"

const read = (): Consent => ("Notification" in globalThis ? Notification.permission : "unsupported")
const listeners = new Set<() => void>()
const tell = () => {
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  // The person may change it in the browser's own settings.
  let status: PermissionStatus | undefined
  void navigator.permissions
    ?.query({ name: "notifications" })
    .then((found) => {
      if (!listeners.has(listener)) return
      status = found
      found.addEventListener("change", listener)
    })
    .catch(() => undefined)
  return () => {
    listeners.delete(listener)
    status?.removeEventListener("change", listener)
  }
}

/** Whether the browser lets us notify. */
export const useConsent = () => useSyncExternalStore(subscribe, read)

/** Ask the person; only ever after they pressed a button for it. */
export async function askConsent(): Promise<Consent> {
  if (read() === "default") await Notification.requestPermission()
  tell()
  return read()
}

/** Notify, where it is allowed. One `tag` shows once, also with several tabs open. */
export function notify(title: string, { body, tag, open }: { body?: string; tag: string; open: () => void }): boolean {
  if (read() !== "granted") return false
  try {
    const notice = new Notification(title, { body, tag, icon: "/icon.svg" })
    notice.onclick = () => {
      window.focus()
      open()
      notice.close()
    }
    return true
  } catch {
    return false // Browsers on phones allow it only to a service worker.
  }
}
