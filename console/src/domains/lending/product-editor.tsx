import { useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { useRef } from "react"
import { Card } from "@/ui/basics"
import { FindingsPanel } from "@/ui/findings-panel"
import { words } from "@/ui/format"
import { FieldEditor } from "./field-editor"
import { FieldList, partOf } from "./field-list"
import { useProductCheck } from "./product-check"
import type { ProductDraftHandle } from "./product-draft"
import { ProductDraftBar } from "./product-draft-bar"
import { ProductSettings } from "./product-settings"
import { type Product, vocabularyQuery } from "./queries"
import { TERMS } from "./terms/document"

const route = getRouteApi("/products/$key")
const SETTINGS = "settings"

/** Change a product: a draft of its settings and form, checked as one types, and published with what it changes on show. */
export function ProductEditor({ latest, handle }: { latest: Product | null; handle: ProductDraftHandle }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { draft } = handle
  const vocabulary = useQuery(vocabularyQuery).data
  const check = useProductCheck(draft)
  const { findings } = check
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
  return (
    <div className="flex flex-col gap-4">
      <ProductDraftBar latest={latest} handle={handle} check={check} />
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
            publishable={check.publishable}
            busy={!check.current}
            failed={check.failed}
            whereabouts={({ path }) => {
              if (path.startsWith(TERMS)) return "terms"
              const found = draft.keys.indexOf(partOf(path, draft.keys))
              return found < 0 ? "settings" : draft.document.form[found]!.name || "field"
            }}
            onOpen={({ path }) =>
              path.startsWith(TERMS)
                ? void navigate({ search: (now) => ({ ...now, tab: "terms", field: path }) })
                : toPart(partOf(path, draft.keys))
            }
          />
        </div>
      </div>
    </div>
  )
}
