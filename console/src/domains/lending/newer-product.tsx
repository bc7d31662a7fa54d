import { GitMerge, TriangleAlert } from "lucide-react"
import { useState } from "react"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { actor } from "@/ui/format"
import { toast } from "@/ui/toast"
import { When } from "@/ui/when"
import { ProductChanges } from "./product-changes"
import { diffProducts, documentOf, rebaseProduct } from "./product-document"
import { keysOf, type ProductDraftHandle } from "./product-draft"
import type { Product } from "./queries"

/** Somebody published while this draft was written: who, what it changes, and carrying the draft over to it. */
export function NewerProduct({ latest, handle }: { latest: Product; handle: ProductDraftHandle }) {
  const [looking, setLooking] = useState(false)
  const { draft, set } = handle
  const theirs = documentOf(latest)
  const carryOver = () => {
    const { document, clashes } = rebaseProduct(draft.from, draft.document, theirs)
    set({ base: latest.version, from: theirs, document, keys: keysOf(document, draft) })
    setLooking(false)
    toast(`The draft is now based on version ${latest.version}`, {
      detail: clashes.length
        ? `Both changed ${clashes.join("; ")}. Yours was kept: look at it before you publish.`
        : "Nothing that you changed had been changed there.",
      milliseconds: 20_000,
    })
  }
  return (
    <Notice tone="warn" icon={<TriangleAlert aria-hidden />}>
      <div role="alert">
        <strong className="font-semibold">
          {latest.author ? actor(latest.author) : "Somebody"} published version {latest.version}
        </strong>{" "}
        <When at={latest.published_at} clock="system" className="text-review" /> while you worked on{" "}
        {draft.base === 0 ? "a product of the same key" : `version ${draft.base}`}. Your draft is kept.
      </div>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button size="sm" onClick={() => setLooking(true)}>
          See what it changed
        </Button>
        <Button size="sm" onClick={carryOver}>
          <GitMerge /> Carry my changes over to version {latest.version}
        </Button>
      </div>
      <Dialog open={looking} onClose={() => setLooking(false)} title={`What version ${latest.version} changed`} wide>
        <ProductChanges changes={diffProducts(draft.from, theirs)} />
        <div className="mt-4 flex justify-end">
          <Button variant="solid" onClick={carryOver}>
            <GitMerge /> Carry my changes over
          </Button>
        </div>
      </Dialog>
    </Notice>
  )
}
