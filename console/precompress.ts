import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"
import type { Plugin } from "vite"

const COMPRESSED = /\.(m?js|css|svg|json|webmanifest)$/
const SMALLEST_BYTES = 1024

/** Write .br and .gz beside each text file, so that the server never compresses while it serves. */
export function precompress(): Plugin {
  let folder = ""
  return {
    name: "precompress",
    apply: "build",
    enforce: "post",
    configResolved(config) {
      folder = config.build.outDir
    },
    writeBundle: {
      order: "post",
      handler() {
        for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
          const path = join(folder, name)
          if (!COMPRESSED.test(name) || statSync(path).size < SMALLEST_BYTES) continue
          const raw = readFileSync(path)
          writeFileSync(`${path}.gz`, gzipSync(raw, { level: 9 }))
          const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length }
          writeFileSync(`${path}.br`, brotliCompressSync(raw, { params }))
        }
      },
    },
  }
}
