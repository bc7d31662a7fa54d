import { useQuery } from "@tanstack/react-query"
import { FlaskConical } from "lucide-react"
import { lazy, Suspense } from "react"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { Chips } from "@/ui/facets"
import { Field, Select } from "@/ui/field"
import { Empty, Fetched, Loading } from "@/ui/states"
import { modelRoute } from "../models/routes"
import { inputsQuery, type Model } from "./queries"
import { TryCase } from "./try-case"

const TryFile = lazy(async () => ({ default: (await import("./try-file")).TryFile }))

/** Ask the model: about one case that is typed in, or about a whole file. */
export function TryTab({ model }: { model: Model }) {
  const can = useCan()
  const { version, way } = modelRoute.useSearch()
  const navigate = modelRoute.useNavigate()
  if (model.version === 0)
    return (
      <Empty
        icon={<FlaskConical />}
        title="There is no version to try yet"
        action={
          <Button onClick={() => void navigate({ search: (now) => ({ ...now, tab: "versions" }) })}>
            See versions
          </Button>
        }
      >
        Train the model first; what it learnt can then be tried here, case by case.
      </Empty>
    )
  if (!can("ai_analytics:predict"))
    return (
      <Empty icon={<FlaskConical />} title="Your role may not predict">
        Ask somebody who manages the organisation for the permission to predict.
      </Empty>
    )
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <Chips
          label="What is predicted"
          choices={[
            { value: "case", label: "One case" },
            { value: "file", label: "A file or dataset" },
          ]}
          chosen={[way ?? "case"]}
          onChange={(chosen) => {
            const next = chosen?.includes("file") && way !== "file" ? ("file" as const) : undefined
            void navigate({ search: (now) => ({ ...now, way: next }), replace: true })
          }}
        />
        <VersionChoice
          model={model}
          version={version}
          onChange={(next) => void navigate({ search: (now) => ({ ...now, version: next }), replace: true })}
        />
      </div>
      {way === "file" ? (
        <Suspense fallback={<Loading />}>
          <TryFile model={model} version={version} />
        </Suspense>
      ) : (
        <Case model={model} version={version} />
      )}
    </div>
  )
}

function Case({ model, version }: { model: Model; version: number | undefined }) {
  const inputs = useQuery(inputsQuery(model.id, version))
  return (
    <Fetched query={inputs}>
      {(asked) => <TryCase key={asked.version} modelId={model.id} asked={asked} deployed={model.champion !== null} />}
    </Fetched>
  )
}

/** The version that is asked; by default whichever answers now. */
function VersionChoice({
  model,
  version,
  onChange,
}: {
  model: Model
  version: number | undefined
  onChange: (version: number | undefined) => void
}) {
  const numbers = [...new Set([...(version ? [version] : []), ...model.versions.map((each) => each.number)])].toSorted(
    (one, other) => other - one,
  )
  const aliasOf = (number: number) => model.versions.find((each) => each.number === number)?.aliases.join(", ")
  return (
    <Field label="Version" className="w-56">
      {(control) => (
        <Select
          {...control}
          value={version ?? ""}
          onChange={(event) => onChange(event.target.value ? Number(event.target.value) : undefined)}
        >
          <option value="">
            {model.champion ? `Whichever answers (champion ${model.champion.number})` : `The latest (${model.version})`}
          </option>
          {numbers.map((number) => (
            <option key={number} value={number}>
              Version {number}
              {aliasOf(number) && ` (${aliasOf(number)})`}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}
