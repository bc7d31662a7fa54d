// Runs before anything is painted, so that no page flashes in the wrong theme. Its own file because of the content security policy.
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem("theme")
  } catch {
    // Storage is blocked: the system's theme is used.
  }
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches)
  document.documentElement.classList.toggle("dark", dark)
})()
