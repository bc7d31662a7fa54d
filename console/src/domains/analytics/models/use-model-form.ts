import { useState } from "react"
import { asApiError } from "@/api/problem"
import { useColumns } from "./columns"
import { type Draft, type Faults, faultsFrom, faultsOf } from "./form-values"

/** What is typed about a model, what is wrong with it, and how that is told. */
export function useModelForm(first: Draft) {
  const [draft, setDraft] = useState(first)
  const [changed, setChanged] = useState(false)
  const [faults, setFaults] = useState<Faults>({})
  const [rest, setRest] = useState<string | null>(null)
  const columns = useColumns(draft.source)
  const change = (next: Partial<Draft>) => {
    setDraft((now) => ({ ...now, ...next }))
    setChanged(true)
    setFaults({})
    setRest(null)
  }
  const showFaults = (found: Faults) => {
    setFaults(found)
    // After it is drawn: the first field that complains.
    setTimeout(() => document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus())
  }
  return {
    draft,
    changed,
    faults,
    rest,
    columns: columns.data,
    change,
    /** Whether it may be sent; else the fields say why not. */
    check: () => {
      const found = faultsOf(draft)
      showFaults(found)
      return Object.keys(found).length === 0
    },
    refuse: (thrown: unknown) => {
      const found = faultsFrom(asApiError(thrown))
      setRest(found.rest)
      showFaults(found.faults)
    },
    done: () => setChanged(false),
  }
}
