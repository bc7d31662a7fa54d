import { getRouteApi } from "@tanstack/react-router"
import { RotateCcw, Send } from "lucide-react"
import { useState } from "react"
import { Badge, Tip } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { NewerProduct } from "./newer-product"
import type { ProductCheck } from "./product-check"
import type { ProductDraftHandle } from "./product-draft"
import { PublishProduct } from "./publish-product"
import type { Product } from "./queries"

const route = getRouteApi("/products/$key")

/** Where a draft stands: what it is based on, whether somebody published meanwhile, and what may be done with it. */
export function ProductDraftBar({
  latest,
  handle,
  check,
}: {
  latest: Product | null
  handle: ProductDraftHandle
  check: ProductCheck
}) {
  const navigate = route.useNavigate()
  const { draft, changed, set } = handle
  const [dialog, setDialog] = useState<"publish" | "discard" | null>(null)
  const outdated = changed && latest !== null && draft.base !== latest.version
  const blocked = !changed
    ? "Nothing has been changed."
    : outdated
      ? "A newer version was published meanwhile; look at it first."
      : check.current && check.publishable === false
        ? "The check found errors."
        : null
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        {changed ? (
          <span className="flex items-center gap-2 text-[13px] text-ink-2">
            <Badge tone="warn">Draft</Badge>
            {draft.base === 0 ? "never published" : `based on version ${draft.base}`}, kept in this browser tab
          </span>
        ) : (
          <span className="text-[13px] text-ink-3">Based on version {draft.base}; nothing changed yet.</span>
        )}
        <div className="ml-auto flex flex-wrap gap-2">
          {changed && (
            <Button onClick={() => setDialog("discard")}>
              <RotateCcw /> Discard
            </Button>
          )}
          {blocked && changed ? (
            <Tip label={blocked}>
              <Button variant="solid" aria-disabled className="opacity-50" aria-label={`Publish. ${blocked}`}>
                <Send /> Publish…
              </Button>
            </Tip>
          ) : (
            <Button variant="solid" disabled={!changed} onClick={() => setDialog("publish")}>
              <Send /> Publish…
            </Button>
          )}
        </div>
      </div>
      {outdated && <NewerProduct latest={latest} handle={handle} />}
      {dialog === "publish" && (
        <PublishProduct
          handle={handle}
          warnings={check.findings.filter((finding) => finding.severity === "warning")}
          onClose={() => setDialog(null)}
        />
      )}
      <Confirm
        open={dialog === "discard"}
        onClose={() => setDialog(null)}
        title="Discard the draft?"
        confirm="Discard"
        danger
        onConfirm={async () => {
          set(null)
          // Once the guard knows that nothing is left to lose.
          if (draft.base === 0) requestAnimationFrame(() => void navigate({ to: "/products" }))
        }}
      >
        {draft.base === 0
          ? "The product was never published; nothing of it is left."
          : `All changes since version ${draft.base} are lost. What is published stays as it is.`}
      </Confirm>
    </>
  )
}
