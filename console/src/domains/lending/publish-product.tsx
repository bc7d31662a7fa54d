import { useQueryClient } from "@tanstack/react-query"
import { TriangleAlert } from "lucide-react"
import { useRef } from "react"
import { api, once } from "@/api/client"
import { ApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Confirm } from "@/ui/dialog"
import type { Finding } from "@/ui/findings-panel"
import { Scroll } from "@/ui/scroll"
import { toast } from "@/ui/toast"
import { ProductChanges } from "./product-changes"
import { diffProducts } from "./product-document"
import type { ProductDraftHandle } from "./product-draft"
import { aboutProducts, productQuery } from "./queries"

/** Shows what a draft changes before it is published. */
export function PublishProduct({
  handle,
  warnings,
  onClose,
}: {
  handle: ProductDraftHandle
  warnings: Finding[]
  onClose: () => void
}) {
  const client = useQueryClient()
  const { draft, set } = handle
  // One intention, one key: a second press after a lost answer publishes nothing twice.
  const headers = useRef(once())
  const publish = async () => {
    try {
      const { data } = await api.POST("/api/v1/lending/products", {
        params: { header: headers.current },
        body: { ...draft.document, replaces: draft.base },
      })
      client.setQueryData(productQuery(draft.document.key).queryKey, data)
      set(null)
      await client.invalidateQueries({ predicate: aboutProducts })
      toast(`${data!.name}: version ${data!.version} holds for the next application`)
    } catch (error) {
      // Somebody was faster: the page then shows who, and what it changes.
      if (!(error instanceof ApiError && error.status === 409)) throw error
      headers.current = once()
      await client.fetchQuery(productQuery(draft.document.key))
      await client.invalidateQueries({ predicate: aboutProducts })
    }
  }
  return (
    <Confirm
      open
      wide
      onClose={onClose}
      title={draft.base === 0 ? `Publish ${draft.document.name}?` : `Publish as version ${draft.base + 1}?`}
      confirm="Publish"
      onConfirm={publish}
    >
      <p className="mb-3">
        {draft.base === 0
          ? "Applications for it can come in from then on."
          : "It holds for the next application; those that came in keep the form they were filled in on."}
      </p>
      {draft.base > 0 && (
        <Scroll label="What changes" className="max-h-[40dvh] overflow-y-auto text-ink">
          <ProductChanges changes={diffProducts(draft.from, draft.document)} />
        </Scroll>
      )}
      {warnings.length > 0 && (
        <Notice tone="warn" icon={<TriangleAlert aria-hidden />} className="mt-3">
          {warnings.length === 1 ? (
            warnings[0]!.message
          ) : (
            <ul className="list-disc pl-4">
              {warnings.map((warning) => (
                <li key={warning.path + warning.message}>{warning.message}</li>
              ))}
            </ul>
          )}
        </Notice>
      )}
    </Confirm>
  )
}
