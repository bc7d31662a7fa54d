/** A browser's description of itself in words: "Firefox on Windows". */
export function device(agent: string | null): { words: string; phone: boolean } {
  if (!agent) return { words: "Unknown device", phone: false }
  const found = (pairs: [RegExp, string][]) => pairs.find(([pattern]) => pattern.test(agent))?.[1]
  // The order matters: most browsers call themselves by the names of others too.
  const browser = found([
    [/Edg(e|A|iOS)?\//, "Edge"],
    [/OPR\/|Opera/, "Opera"],
    [/SamsungBrowser\//, "Samsung Internet"],
    [/Firefox\/|FxiOS\//, "Firefox"],
    [/HeadlessChrome\//, "Chrome without a window"],
    [/Chrom(e|ium)\/|CriOS\//, "Chrome"],
    [/Version\/.*Safari\//, "Safari"],
    [/^curl\//, "curl"],
    [/python|httpx|aiohttp/i, "a Python program"],
  ])
  const system = found([
    [/iPhone/, "iPhone"],
    [/iPad/, "iPad"],
    [/Android/, "Android"],
    [/Windows/, "Windows"],
    [/CrOS/, "ChromeOS"],
    [/Mac OS X|Macintosh/, "macOS"],
    [/Linux/, "Linux"],
  ])
  const words = browser && system ? `${browser} on ${system}` : (browser ?? system ?? agent.slice(0, 60))
  return { words: words.charAt(0).toUpperCase() + words.slice(1), phone: /iPhone|Android.*Mobile/.test(agent) }
}
