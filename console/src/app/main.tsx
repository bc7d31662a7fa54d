import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query"
import { RouterProvider } from "@tanstack/react-router"
import { setNonce } from "get-nonce"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { chooseOrganization, forgetOrganization } from "@/api/organization"
import { ApiError } from "@/api/problem"
import { buildRouter } from "./router"
import "./styles.css"

// Style elements that libraries add must carry the page's nonce.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce
if (nonce) setNonce(nonce)

const asked = new URLSearchParams(location.search).get("organization")
if (asked) chooseOrganization(asked)

// A new version was put in place while this page was open: its old parts are gone, so begin anew, once for each version.
addEventListener("vite:preloadError", (event) => {
  const key = "reloaded-for-new-version"
  const version = document.querySelector<HTMLScriptElement>("script[type=module][src]")?.src ?? ""
  if (sessionStorage.getItem(key) === version) return
  sessionStorage.setItem(key, version)
  event.preventDefault()
  location.reload()
})

const RETRIES = 2

let leaving = false
addEventListener("pageshow", () => {
  leaving = false
})

/** A session that ended leads to the door, and back here afterwards. */
function guard(error: unknown): void {
  if (!(error instanceof ApiError)) return
  // A wrong current password is for its form to say.
  if (error.status === 401 && error.code !== "sign_in_refused") {
    // Every question on the page is refused; the first one leads away, and a second would break that off.
    if (leaving) return
    leaving = true
    const here = location.pathname + location.search
    location.assign(`/sign-in?next=${encodeURIComponent(here)}`)
  } else if (error.code === "organization_not_yours" || error.code === "not_a_member") {
    forgetOrganization()
  }
}

const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: guard }),
  mutationCache: new MutationCache({ onError: guard }),
  defaultOptions: {
    // "always": a server on this machine answers also when there is no internet.
    mutations: { networkMode: "always" },
    queries: {
      networkMode: "always",
      staleTime: 5_000,
      retry: (failures, error) => failures < RETRIES && error instanceof ApiError && error.transient,
    },
  },
})

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={buildRouter(queryClient)} />
    </QueryClientProvider>
  </StrictMode>,
)

if (import.meta.env.PROD && "serviceWorker" in navigator) void navigator.serviceWorker.register("/sw.js")
