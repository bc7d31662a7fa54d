import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Monitor, Moon, Sun } from "lucide-react"
import { useMemo, useState } from "react"
import { api, type Schema } from "@/api/client"
import { meQuery } from "@/app/session"
import { Card, Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Combobox } from "@/ui/combobox"
import { Field, Input } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { FormError, ReadOnly } from "@/ui/form-parts"
import { timeZones } from "@/ui/places"
import { Fetched } from "@/ui/states"
import { chosenTheme, setTheme, type Theme, useDark } from "@/ui/theme"
import { toast } from "@/ui/toast"
import { PasswordForm } from "./password-form"
import { roleLabel } from "./roles"
import { UnsavedGuard } from "./unsaved-guard"

type Me = Schema["Me"]

/** Oneself: name, time zone, theme, password. */
export default function ProfileSection() {
  const me = useQuery(meQuery)
  return (
    <Fetched query={me}>
      {(found) =>
        found.kind === "user" ? (
          <>
            <Form me={found} />
            <ThemeCard />
            <PasswordForm />
          </>
        ) : (
          <ReadOnly>You came in with an API key, which has no profile. Sign in as a user to change yours.</ReadOnly>
        )
      }
    </Fetched>
  )
}

function Form({ me }: { me: Me }) {
  const client = useQueryClient()
  const [edited, setEdited] = useState<{ name?: string; time_zone?: string | null }>({})
  const name = edited.name ?? me.name
  const timeZone = edited.time_zone === undefined ? me.time_zone : edited.time_zone
  const changed = name !== me.name || timeZone !== me.time_zone
  const save = useMutation({
    mutationFn: async () =>
      (
        await api.PATCH("/api/v1/access/me", {
          body: {
            ...(name !== me.name && { name: name.trim() }),
            ...(timeZone !== me.time_zone && { time_zone: timeZone }),
          },
        })
      ).data!,
    onSuccess: (saved) => {
      client.setQueryData(meQuery.queryKey, saved)
      setEdited({})
      toast("Profile saved")
    },
  })
  const zones = useMemo(
    () => [
      { value: "", label: `As the organisation`, note: me.organization.time_zone },
      ...timeZones(new Date(), timeZone ?? ""),
    ],
    [me.organization.time_zone, timeZone],
  )
  return (
    <Card title="Profile">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (changed) save.mutate()
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Name" error={fieldError(save.error, "name")} hint="How others see you.">
            {(control) => (
              <Input
                {...control}
                value={name}
                maxLength={200}
                required
                autoComplete="name"
                disabled={save.isPending}
                onChange={(event) => setEdited((now) => ({ ...now, name: event.target.value }))}
              />
            )}
          </Field>
          <Field
            label="Time zone"
            error={fieldError(save.error, "time_zone")}
            hint="The zone in which you want to read times; days still begin and end in the organisation's."
          >
            {(control) => (
              <Combobox
                {...control}
                value={timeZone ?? ""}
                options={zones}
                disabled={save.isPending}
                placeholder="Search time zones"
                onChange={(value) => setEdited((now) => ({ ...now, time_zone: value || null }))}
              />
            )}
          </Field>
        </div>
        <Facts
          items={[
            ["E-mail", me.email],
            [`Role in ${me.organization.name}`, roleLabel(me.role)],
            ["Approvals up to", me.tier ? `${roleTier(me.tier)} tier` : "None"],
          ]}
        />
        <FormError error={otherError(save.error, ["name", "time_zone"])} />
        <div className="flex justify-end gap-2">
          <Button
            variant="ghost"
            disabled={!changed || save.isPending}
            onClick={() => {
              setEdited({})
              save.reset()
            }}
          >
            Discard
          </Button>
          <Button type="submit" variant="solid" disabled={!changed || !name.trim()} busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
      <UnsavedGuard changed={changed && !save.isPending} name="your profile" />
    </Card>
  )
}

const roleTier = (tier: string) => tier.charAt(0).toUpperCase() + tier.slice(1)

const THEMES: { value: Theme; label: string; icon: typeof Sun }[] = [
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
  { value: "system", label: "As the system", icon: Monitor },
]

function ThemeCard() {
  // Draws anew when the theme changes elsewhere: in another tab, or in the bar above.
  useDark()
  const [chosen, setChosen] = useState(chosenTheme)
  const now = chosenTheme()
  if (now !== chosen) setChosen(now)
  return (
    <Card title="Theme">
      <fieldset>
        <legend className="mb-2 text-xs text-ink-3">Kept in this browser.</legend>
        <div className="flex flex-wrap gap-2">
          {THEMES.map(({ value, label, icon: Icon }) => (
            <label
              key={value}
              className="flex h-9 cursor-pointer items-center gap-2 rounded-control border bg-surface px-3 text-[13px] shadow-card hover:border-line-strong has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ring"
            >
              <input
                type="radio"
                name="theme"
                className="sr-only"
                checked={chosen === value}
                onChange={() => {
                  setTheme(value)
                  setChosen(value)
                }}
              />
              <Icon aria-hidden className="size-4" /> {label}
            </label>
          ))}
        </div>
      </fieldset>
    </Card>
  )
}
