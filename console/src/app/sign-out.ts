/** End the session; the door is shown even if the server does not answer. */
export async function signOut(): Promise<void> {
  await fetch("/api/v1/access/sign-out", { method: "POST" }).catch(() => undefined)
  location.assign("/sign-in")
}
