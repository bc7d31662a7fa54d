import { useQuery } from "@tanstack/react-query"
import { getRouteApi, Link } from "@tanstack/react-router"
import { ChevronRight, Package, Plus } from "lucide-react"
import { useState } from "react"
import { useCan, useOrganization } from "@/app/session"
import { Badge } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input } from "@/ui/field"
import { actor, percent } from "@/ui/format"
import { Page } from "@/ui/page"
import { Empty, Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { newProduct } from "./product-document"
import { storeNew, useDraftName } from "./product-draft"
import { type Product, productsQuery } from "./queries"

const route = getRouteApi("/products")

/** The loans on offer, each with its form; what is published holds for the next application. */
export function ProductsPage() {
  const products = useQuery({ ...productsQuery, staleTime: 0 })
  const mayManage = useCan()("lending:product:manage")
  const [adding, setAdding] = useState(false)
  const add = mayManage && (
    <Button variant="solid" onClick={() => setAdding(true)}>
      <Plus /> New product
    </Button>
  )
  return (
    <Page title="Products" lead="The loans on offer, and the form that applicants fill in for each." actions={add}>
      <div className="card overflow-hidden">
        <Fetched query={products}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon={<Package />} title="No product is on offer" action={add}>
                Applications can come in once a product is published.
              </Empty>
            ) : (
              <ul className="divide-y" aria-label="Products">
                {items.map((product) => (
                  <li key={product.key}>
                    <ProductItem product={product} />
                  </li>
                ))}
              </ul>
            )
          }
        </Fetched>
      </div>
      {adding && <NewProduct taken={products.data?.items ?? []} onClose={() => setAdding(false)} />}
    </Page>
  )
}

function ProductItem({ product }: { product: Product }) {
  const asked = product.form.filter((field) => field.required).length
  return (
    <Link
      to="/products/$key"
      params={{ key: product.key }}
      className="flex items-center gap-3 px-4 py-3 hover:bg-sunken/60 dark:hover:bg-raised/60"
    >
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{product.name}</span>
          <span className="mono text-xs text-ink-3">{product.key}</span>
          <Badge tone="accent">Version {product.version}</Badge>
          {!product.payout && <Badge>Pays nothing out</Badge>}
        </span>
        <span className="mt-0.5 block text-xs text-ink-3">
          {product.form.length} fields, {asked} required · {product.currency} · gain{" "}
          {percent(product.pricing.gain_share, 1)}, loss {percent(product.pricing.loss_share, 1)} of the amount
        </span>
        <span className="mt-0.5 block text-xs text-ink-3">
          {product.author && `${actor(product.author)}, `}
          <When at={product.published_at} clock="system" />
        </span>
      </span>
      <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-3" />
    </Link>
  )
}

const KEY = /^[a-z0-9][a-z0-9_.-]{0,62}$/
const RESERVED = ["vocabulary", "check"]
const keyFrom = (name: string) =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 63)

function NewProduct({ taken, onClose }: { taken: Product[]; onClose: () => void }) {
  const navigate = route.useNavigate()
  const organization = useOrganization()
  const draftName = useDraftName()
  const [name, setName] = useState("")
  const [typedKey, setTypedKey] = useState<string | null>(null)
  const key = typedKey ?? keyFrom(name)
  const fault = taken.some((product) => product.key === key)
    ? "There is a product of this key already."
    : key !== "" && (!KEY.test(key) || RESERVED.includes(key))
      ? "Use small letters, digits, dots, dashes and underscores; “check” and “vocabulary” are taken."
      : null
  const ready = name.trim() !== "" && key !== "" && fault === null
  return (
    <Dialog open onClose={onClose} title="New product">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (!ready) return
          storeNew(draftName(key), newProduct(key, name.trim(), organization?.currency ?? "USD"))
          void navigate({ to: "/products/$key", params: { key }, search: {} })
        }}
      >
        <Field label="Name">
          {(control) => (
            <Input
              {...control}
              value={name}
              maxLength={100}
              autoComplete="off"
              required
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="Key" hint="How programs name it; it never changes." error={fault}>
          {(control) => (
            <Input
              {...control}
              value={key}
              maxLength={63}
              autoComplete="off"
              required
              className="mono"
              onChange={(event) => setTypedKey(event.target.value)}
            />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" disabled={!ready}>
            Make its form
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
