import { Check, Copy, Download } from "lucide-react"
import { useState } from "react"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { download } from "@/ui/download"
import { Scroll } from "@/ui/scroll"
import type { ProductDocument } from "./product-document"

const COPIED_MILLISECONDS = 1_500

/** The whole product as programs write it: settings, terms and form. */
export function ProductJson({ document }: { document: ProductDocument }) {
  const [copied, setCopied] = useState(false)
  const text = JSON.stringify(document, null, 2)
  return (
    <Card
      title="The product as JSON"
      actions={
        <>
          <Button
            size="sm"
            onClick={async () => {
              await navigator.clipboard.writeText(text)
              setCopied(true)
              setTimeout(() => setCopied(false), COPIED_MILLISECONDS)
            }}
          >
            {copied ? <Check /> : <Copy />} {copied ? "Copied" : "Copy"}
          </Button>
          <Button size="sm" onClick={() => download(`${document.key}.json`, text, "application/json")}>
            <Download /> Download
          </Button>
        </>
      }
    >
      <p className="mb-2 text-xs text-ink-3">Send it to POST /api/v1/lending/products to publish it.</p>
      <Scroll label="JSON" className="max-h-[70dvh] overflow-auto rounded-control border bg-sunken p-3">
        <pre className="mono text-xs leading-5">{text}</pre>
      </Scroll>
    </Card>
  )
}
