import { createHash } from "node:crypto"
import type { Plugin } from "vite"

/** Larger chunks (charts) are cached when they are first used. */
const PRECACHED_BYTES_MAX = 200_000

/**
 * Emit sw.js: the page and its own chunks are cached at installation, hashed assets at first use, and a page asked for
 * without a connection is answered from the cache. The API is never touched: figures are live or missing, never old.
 */
export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const files = new Set(["/admin/autonomous-business", "/theme.js", "/icon.svg"])
      for (const [name, item] of Object.entries(bundle)) {
        if (item.type === "chunk") {
          if (item.code.length <= PRECACHED_BYTES_MAX || item.isEntry) files.add(`/${name}`)
        } else if (/\.css$|geist-latin-400-700.*\.woff2$/.test(name)) files.add(`/${name}`)
      }
      const list = JSON.stringify([...files].sort())
      const version = createHash("sha256").update(list).digest("hex").slice(0, 12)
      this.emitFile({ type: "asset", fileName: "sw.js", source: workerSource(list, version) })
    },
  }
}

const workerSource = (list: string, version: string) => `const SHELL = "shell-${version}", ASSETS = "assets"
const FILES = ${list}
self.addEventListener("install", (event) => event.waitUntil(
  caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting())))
self.addEventListener("activate", (event) => event.waitUntil(
  caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== SHELL && name !== ASSETS).map((name) => caches.delete(name))))
    .then(() => self.clients.claim())))
self.addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url)
  if (request.method !== "GET" || url.origin !== location.origin) return
  if (request.mode === "navigate") {
    if (/^\\/(api|docs|openapi|sign-in|sign-out|reset|health|ready)(\\/|$|\\.)/.test(url.pathname)) return
    event.respondWith(fetch(request).catch(() => caches.match("/admin/autonomous-business")))
  } else if (url.pathname.startsWith("/assets/") || FILES.includes(url.pathname)) {
    event.respondWith(caches.match(request).then((hit) => hit || fetch(request).then((answer) => {
      if (answer.ok && url.pathname.startsWith("/assets/")) {
        const copy = answer.clone()
        caches.open(ASSETS).then((cache) => cache.put(request, copy))
      }
      return answer
    })))
  }
})
`
