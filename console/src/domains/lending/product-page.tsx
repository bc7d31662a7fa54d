import { useQuery } from "@tanstack/react-query"
import { getRouteApi, Link } from "@tanstack/react-router"
import { lazy, Suspense } from "react"
import { asApiError } from "@/api/problem"
import { useCan } from "@/app/session"
import { same } from "@/kernel/policies/changes"
import { Badge } from "@/ui/basics"
import { DraftGuard } from "@/ui/draft-guard"
import { actor } from "@/ui/format"
import { Page } from "@/ui/page"
import { Failed, Loading } from "@/ui/states"
import { Tabs } from "@/ui/tabs"
import { When } from "@/ui/when"
import { useIsNew, useProductDraft } from "./product-draft"
import { ProductEditor } from "./product-editor"
import { ProductJson } from "./product-json"
import { ProductPreview } from "./product-preview"
import { ProductVersions } from "./product-versions"
import { type Product, productQuery } from "./queries"
import { PRODUCT_TABS, type ProductSearch } from "./search"

const TermsEditor = lazy(async () => ({ default: (await import("./terms/terms-editor")).TermsEditor }))

type Tab = NonNullable<ProductSearch["tab"]>
const route = getRouteApi("/products/$key")

/** One product: its settings and form, how an applicant sees it, and what it was. */
export function ProductPage() {
  const { key } = route.useParams()
  // There is nothing to ask for yet of what was never published.
  const isNew = useIsNew(key)
  const query = useQuery({
    ...productQuery(key),
    enabled: !isNew,
    retry: (count, error) => asApiError(error).transient && count < 2,
  })
  return (
    <ProductTabs
      key={key}
      productKey={key}
      latest={query.data ?? null}
      settled={query.data !== undefined || isNew}
      query={query}
    />
  )
}

function ProductTabs({
  productKey,
  latest,
  settled,
  query,
}: {
  productKey: string
  latest: Product | null
  /** Whether it is known which version is the latest, or that there is none. */
  settled: boolean
  query: { error: unknown; refetch: () => unknown }
}) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayManage = useCan()("lending:product:manage")
  const handle = useProductDraft(productKey, latest)
  if (!settled || !handle)
    return (
      <Page title="Product">
        <div className="card">
          {query.error ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Loading rows={8} />}
        </div>
      </Page>
    )
  const shown = PRODUCT_TABS.filter((tab) => (tab !== "form" || mayManage) && (tab !== "versions" || latest !== null))
  const tab = shown.find((each) => each === search.tab) ?? (mayManage ? "form" : "preview")
  const { from, document } = handle.draft
  const changed = {
    terms: handle.changed && !same(from.credit_terms ?? null, document.credit_terms ?? null),
    form: handle.changed && !same({ ...from, credit_terms: null }, { ...document, credit_terms: null }),
  }
  const drafted = (name: string, isDraft: boolean) => (
    <span className="inline-flex items-center gap-1.5">
      {name} {isDraft && <Badge tone="warn">Draft</Badge>}
    </span>
  )
  const labels = {
    form: drafted("Form", changed.form),
    terms: drafted("Terms", changed.terms),
    preview: "Preview",
    versions: "Versions",
    json: "JSON",
  }
  const contents = {
    form: () => <ProductEditor latest={latest} handle={handle} />,
    terms: () => (
      <Suspense fallback={<Loading rows={8} />}>
        <TermsEditor latest={latest} handle={handle} mayChange={mayManage} />
      </Suspense>
    ),
    preview: () => <ProductPreview document={handle.draft.document} />,
    versions: () => latest && <ProductVersions product={latest} />,
    json: () => <ProductJson document={handle.draft.document} />,
  }
  return (
    <Page
      title={handle.draft.document.name || productKey}
      lead={
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[13px]">
          <Link to="/products" className="hover:text-ink hover:underline">
            Products
          </Link>
          <span aria-hidden>/</span>
          <span className="mono">{productKey}</span>
          {latest ? (
            <>
              <Badge tone="accent">Version {latest.version}</Badge>
              {latest.author && <span>{actor(latest.author)}</span>}
              <When at={latest.published_at} clock="system" />
            </>
          ) : (
            <Badge tone="warn">Never published</Badge>
          )}
        </span>
      }
    >
      <DraftGuard changed={handle.changed} name={handle.draft.document.name || productKey} />
      <Tabs<Tab>
        label="Product"
        value={tab}
        onChange={(next) => void navigate({ search: ({ field: _field, ...now }) => ({ ...now, tab: next }) })}
        tabs={shown.map((value) => ({ value, label: labels[value], content: contents[value] }))}
      />
    </Page>
  )
}
