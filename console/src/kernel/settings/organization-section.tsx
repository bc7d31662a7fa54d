import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { GitMerge, TriangleAlert } from "lucide-react"
import { useMemo, useState } from "react"
import { api, query, type Schema } from "@/api/client"
import { ApiError } from "@/api/problem"
import { meQuery, statusQuery, useCan } from "@/app/session"
import { Badge, Card, Facts, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Combobox } from "@/ui/combobox"
import { Field, Input } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { FormError, ReadOnly } from "@/ui/form-parts"
import { absolute, actor, businessNow, words } from "@/ui/format"
import { currencies, timeZones } from "@/ui/places"
import { Fetched } from "@/ui/states"
import { toast } from "@/ui/toast"
import { useNow, When } from "@/ui/when"
import { RemoveDemo } from "./remove-demo"
import { UnsavedGuard } from "./unsaved-guard"

type Organization = Schema["OrganizationView"]
type Edited = Pick<Organization, "name" | "time_zone" | "currency">
const FIELDS = ["name", "time_zone", "currency"] as const
const LABELS = { name: "Name", time_zone: "Time zone", currency: "Currency" }

const organizationQuery = query.queryOptions("get", "/api/v1/organization")

/** What the organisation is called, where it is, what it reckons in; and the end of a demo. */
export default function OrganizationSection() {
  const found = useQuery(organizationQuery)
  return (
    <Fetched query={found}>
      {(organization) => (
        <>
          <Form organization={organization} />
          <BusinessClock organization={organization} />
          {organization.kind === "demo" && <RemoveDemo organization={organization} />}
        </>
      )}
    </Fetched>
  )
}

function Form({ organization }: { organization: Organization }) {
  const client = useQueryClient()
  const can = useCan()
  const mayChange = can("organizations:organization:manage")
  const [edited, setEdited] = useState<Partial<Edited>>({})
  // What the edits were made on: it stays while somebody else saves, so that nothing is overwritten unseen.
  const [base, setBase] = useState(organization)
  const changed = FIELDS.filter((field) => edited[field] !== undefined && edited[field] !== base[field])
  if (changed.length === 0 && base !== organization) setBase(organization)
  const shown = { ...base, ...edited }
  const save = useMutation({
    mutationFn: async () => {
      const changes = Object.fromEntries(changed.map((field) => [field, edited[field]]))
      return (await api.PUT("/api/v1/organization", { body: { replaces: base.version, ...changes } })).data!
    },
    onSuccess: async (saved) => {
      client.setQueryData(organizationQuery.queryKey, saved)
      setEdited({})
      setBase(saved)
      toast("Settings of the organisation saved")
      await Promise.all([
        client.invalidateQueries({ queryKey: statusQuery.queryKey }),
        client.invalidateQueries({ queryKey: meQuery.queryKey }),
      ])
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409)
        void client.invalidateQueries({ queryKey: organizationQuery.queryKey })
    },
  })
  const set = (change: Partial<Edited>) => setEdited((now) => ({ ...now, ...change }))
  const zones = useMemo(() => timeZones(new Date(), shown.time_zone), [shown.time_zone])
  const money = useMemo(() => currencies(shown.currency), [shown.currency])
  const locked = !mayChange || save.isPending
  const newer = changed.length > 0 && organization.version > base.version
  return (
    <Card title="Organisation">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (changed.length > 0 && !newer) save.mutate()
        }}
      >
        {!mayChange && (
          <ReadOnly>Only an owner may change these. You see what holds; ask an owner for a change.</ReadOnly>
        )}
        <Field label="Name" error={fieldError(save.error, "name")} hint="Shown everywhere in the console.">
          {(control) => (
            <Input
              {...control}
              value={shown.name}
              maxLength={200}
              required
              disabled={locked}
              autoComplete="organization"
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label="Time zone"
            error={fieldError(save.error, "time_zone")}
            hint="Times are shown, and days begin and end, in this zone. What is recorded stays as it is."
          >
            {(control) => (
              <Combobox
                {...control}
                value={shown.time_zone}
                options={zones}
                disabled={locked}
                placeholder="Search time zones"
                onChange={(time_zone) => set({ time_zone })}
              />
            )}
          </Field>
          <Field
            label="Currency"
            error={fieldError(save.error, "currency")}
            hint={
              organization.has_decisions
                ? "Fixed: decisions were made in it. Add another organisation for another currency."
                : "Amounts are in it. It can be changed until the first decision."
            }
          >
            {(control) => (
              <Combobox
                {...control}
                value={shown.currency}
                options={money}
                disabled={locked || organization.has_decisions}
                placeholder="Search currencies"
                onChange={(currency) => set({ currency })}
              />
            )}
          </Field>
        </div>
        <Facts
          items={[
            [
              "Short name (slug)",
              <span key="slug" className="mono">
                {organization.slug}
              </span>,
            ],
            [
              "Kind",
              <Badge key="kind" tone={organization.kind === "real" ? "accent" : "info"}>
                {words(organization.kind)}
              </Badge>,
            ],
            ["Added", <When key="added" at={organization.created_at} clock="system" />],
          ]}
        />
        <p className="-mt-2 text-xs text-ink-3">{KINDS[organization.kind]}</p>
        {newer && (
          <Newer
            base={base}
            now={organization}
            onCarryOver={() => {
              setBase(organization)
              save.reset()
            }}
          />
        )}
        <FormError error={newer ? null : otherError(save.error, [...FIELDS])} />
        {mayChange && (
          <div className="flex justify-end gap-2">
            <Button
              variant="ghost"
              disabled={changed.length === 0 || save.isPending}
              onClick={() => {
                setEdited({})
                save.reset()
              }}
            >
              Discard
            </Button>
            <Button type="submit" variant="solid" disabled={changed.length === 0 || newer} busy={save.isPending}>
              Save
            </Button>
          </div>
        )}
      </form>
      <UnsavedGuard changed={changed.length > 0 && !save.isPending} name="the organisation" />
    </Card>
  )
}

/** Somebody saved meanwhile: who, and what is different now. */
function Newer({ base, now, onCarryOver }: { base: Organization; now: Organization; onCarryOver: () => void }) {
  const can = useCan()
  const acts = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/audit",
      { params: { query: { act: "kernel.organization.changed", limit: 1 } } },
      { enabled: can("kernel:audit:read"), staleTime: 0 },
    ),
  )
  const by = acts.data?.items[0]?.body?.actor
  const different = FIELDS.filter((field) => base[field] !== now[field])
  return (
    <Notice tone="warn" icon={<TriangleAlert aria-hidden />}>
      <div role="alert">
        {by ? actor(by) : "Somebody"} changed the settings meanwhile. What you typed is kept.
        <ul className="mt-1 list-disc pl-5">
          {different.map((field) => (
            <li key={field}>
              {LABELS[field]}: {base[field]} → {now[field]}
            </li>
          ))}
        </ul>
      </div>
      <Button size="sm" className="mt-2" onClick={onCarryOver}>
        <GitMerge /> Carry my changes over to the new settings
      </Button>
    </Notice>
  )
}

const KINDS: Record<Organization["kind"], string> = {
  real: "A real organisation: what is decided takes effect, and it is never deleted.",
  demo: "A demo: applicants are simulated and no money moves.",
  sandbox: "A sandbox: what is decided has no effect outside.",
}

const DAY_SECONDS = 86_400

function BusinessClock({ organization }: { organization: Organization }) {
  const now = useNow()
  const status = useQuery(statusQuery).data
  const clock = status?.organization.clock
  const at = clock ? businessNow(clock, now) : new Date(organization.business_time)
  const fast = organization.speed !== 1
  return (
    <Card title="Business clock">
      <Facts
        items={[
          [
            "Business time",
            <span key="business" className="num">
              {absolute(at, organization.time_zone)}
            </span>,
          ],
          [
            "Real time",
            <span key="real" className="num">
              {absolute(now, organization.time_zone)}
            </span>,
          ],
          ["Speed", fast ? `${organization.speed.toLocaleString()} × real time` : "Real time"],
        ]}
      />
      <p className="mt-3 text-xs text-ink-3">
        {fast && `A business day takes ${Math.round(DAY_SECONDS / organization.speed)} seconds. `}
        Decisions, deadlines and instalments lie on business time; sessions, tasks and the audit record on real time.
        The clock is set when the organisation is made and cannot be changed.
      </p>
    </Card>
  )
}
