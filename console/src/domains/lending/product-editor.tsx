import { useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { RotateCcw, Send } from "lucide-react"
import { useDeferredValue, useRef, useState } from "react"
import { api } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Badge, Card, Tip } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { FindingsPanel } from "@/ui/findings-panel"
import { words } from "@/ui/format"
import { useSettled } from "@/ui/use-settled"
import { FieldEditor } from "./field-editor"
import { FieldList, partOf } from "./field-list"
import { NewerProduct } from "./newer-product"
import type { ProductDraftHandle } from "./product-draft"
import { ProductSettings } from "./product-settings"
import { PublishProduct } from "./publish-product"
import { type Product, vocabularyQuery } from "./queries"

const route = getRouteApi("/products/$key")
const CHECK_MILLISECONDS = 400
const CHECKS_KEPT_MILLISECONDS = 60_000
const SETTINGS = "settings"

/** Change a product: a draft of its settings and form, checked as one types, and published with what it changes on show. */
export function ProductEditor({ latest, handle }: { latest: Product | null; handle: ProductDraftHandle }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { draft, changed, set } = handle
  const [dialog, setDialog] = useState<"publish" | "discard" | null>(null)
  const vocabulary = useQuery(vocabularyQuery).data
  const settled = useSettled(draft.document, CHECK_MILLISECONDS)
  const checked = useQuery({
    queryKey: ["product-check", JSON.stringify(settled)],
    queryFn: async ({ signal }) => {
      const { data } = await api.POST("/api/v1/lending/products/check", { body: { ...settled }, signal })
      return data!
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: CHECKS_KEPT_MILLISECONDS,
    placeholderData: (previous) => previous,
  })
  const findings = useDeferredValue(checked.data?.findings) ?? []
  const outdated = changed && latest !== null && draft.base !== latest.version
  const current = settled === draft.document && !checked.isFetching
  const at = draft.keys.indexOf(search.field ?? "")
  const part = at >= 0 ? draft.keys[at]! : search.field === SETTINGS ? SETTINGS : (draft.keys[0] ?? SETTINGS)
  const shown = draft.keys.indexOf(part)
  const editor = useRef<HTMLDivElement>(null)
  const toPart = (field: string) => {
    void navigate({ search: (now) => ({ ...now, field }), replace: true, resetScroll: false })
    // On a phone the field stands below the list.
    if (!matchMedia("(min-width: 1024px)").matches)
      requestAnimationFrame(() => editor.current?.scrollIntoView({ block: "start" }))
  }
  const blocked = !changed
    ? "Nothing has been changed."
    : outdated
      ? "A newer version was published meanwhile; look at it first."
      : checked.data && current && !checked.data.publishable
        ? "The check found errors."
        : null
  return (
    <div className="flex flex-col gap-4">
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
      <div className="grid items-start gap-4 lg:grid-cols-[16rem_minmax(0,1fr)] xl:grid-cols-[16rem_minmax(0,1fr)_19rem]">
        <Card className="lg:sticky lg:top-18 lg:max-h-[calc(100dvh-6rem)] lg:overflow-y-auto">
          <FieldList
            handle={handle}
            findings={findings}
            part={part}
            onPart={toPart}
            max={vocabulary?.fields_max ?? Number.POSITIVE_INFINITY}
          />
        </Card>
        <div ref={editor} className="min-w-0 scroll-mt-16">
          {shown >= 0 ? (
            <Card title={`Field: ${draft.document.form[shown]!.label || words(draft.document.form[shown]!.name)}`}>
              <FieldEditor key={part} handle={handle} at={shown} findings={findings} vocabulary={vocabulary} />
            </Card>
          ) : (
            <Card title="Settings of the whole product">
              <ProductSettings handle={handle} findings={findings} vocabulary={vocabulary} />
            </Card>
          )}
        </div>
        <div className="min-w-0 lg:col-span-2 xl:sticky xl:top-18 xl:col-span-1">
          <FindingsPanel
            findings={findings}
            publishable={checked.data?.publishable}
            busy={!current}
            failed={checked.error ? asApiError(checked.error).sentence : null}
            whereabouts={({ path }) => {
              const found = draft.keys.indexOf(partOf(path, draft.keys))
              return found < 0 ? "settings" : draft.document.form[found]!.name || "field"
            }}
            onOpen={({ path }) => toPart(partOf(path, draft.keys))}
          />
        </div>
      </div>
      {dialog === "publish" && (
        <PublishProduct
          handle={handle}
          warnings={findings.filter((finding) => finding.severity === "warning")}
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
    </div>
  )
}
