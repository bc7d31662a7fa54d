/** End the session; the door is shown even if the server does not answer, and the tab keeps nothing of what was worked on. */
export async function signOut(): Promise<void> {
  await fetch("/api/v1/access/sign-out", { method: "POST" }).catch(() => undefined)
  try {
    sessionStorage.clear()
  } catch {
    // Storage is forbidden: then nothing lies in it.
  }
  location.assign("/sign-in")
}
