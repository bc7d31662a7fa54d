import { Copy } from "@/ui/basics"
import { readRemedy } from "./wording"

/** What to do, with commands that can be copied. */
export const Remedy = ({ text }: { text: string }) => (
  <span className="leading-6">
    {readRemedy(text).map(({ text: part, code }) =>
      code ? <Copy key={part} text={part} label={`Copy ${part}`} /> : <span key={part}>{part}</span>,
    )}
  </span>
)
