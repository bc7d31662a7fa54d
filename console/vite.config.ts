import { fileURLToPath } from "node:url"
import tailwindcss from "@tailwindcss/vite"
import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"
import { precompress } from "./precompress.ts"
import { serviceWorker } from "./service-worker.ts"

const out = process.env.CONSOLE_OUT ?? "../src/intendant/server/console"
const server = process.env.INTENDANT_URL ?? "http://127.0.0.1:8321"
const forwarded = { target: server, changeOrigin: false }

export default defineConfig({
  plugins: [react(), tailwindcss(), serviceWorker(), precompress()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // The server replaces the placeholder with a fresh nonce in every page it sends.
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    outDir: out,
    emptyOutDir: true,
    target: "es2023",
    reportCompressedSize: false,
    // Nothing inline: the content security policy allows no data: fonts or scripts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    // A few files instead of dozens: each small one would carry its own headers.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "icons", test: /node_modules\/lucide-react/, minShareCount: 4, priority: 1 },
            { name: "shared", minShareCount: 26 },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    proxy: { "/api": forwarded, "/sign-in": forwarded, "/sign-out": forwarded, "/docs": forwarded },
  },
})
