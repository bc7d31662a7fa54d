import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { api, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Select } from "@/ui/field"
import { words } from "@/ui/format"
import { toast } from "@/ui/toast"
import { fieldOf } from "../loans/acts/act-problem"
import { useOnceKey } from "../loans/acts/use-act"
import { type Account, aboutLedger, TYPE_NAMES, TYPES } from "./queries"

const CODE_LENGTH_MAX = 20
const NAME_LENGTH_MAX = 100
const SHOWN = ["code", "name", "type", "purpose"]

/** Do something to the ledger; whatever comes of it, everything about it is asked for again. */
export function useLedgerAct<Given>(run: (given: Given) => Promise<unknown>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: run,
    onSettled: () => client.invalidateQueries({ predicate: aboutLedger }),
  })
}

/** Add an account, or rename one and give it a purpose that another has. */
export function AccountDialog({
  account,
  accounts,
  onClose,
}: {
  account: Account | null
  accounts: Account[]
  onClose: () => void
}) {
  const [code, setCode] = useState(account?.code ?? "")
  const [name, setName] = useState(account?.name ?? "")
  const [type, setType] = useState<Schema["AccountType"]>(account?.type ?? "asset")
  const [purpose, setPurpose] = useState<Schema["Account"] | "">("")
  const key = useOnceKey()
  const save = useLedgerAct(async () => {
    if (account)
      await api.PUT("/api/v1/lending/ledger/accounts/{code}", {
        params: { path: { code: account.code } },
        body: { name: name.trim(), purpose: purpose || null, replaces: account.version },
      })
    else {
      const body = { code: code.trim(), name: name.trim(), type }
      await api.POST("/api/v1/lending/ledger/accounts", { body, headers: key(body) })
    }
    toast(account ? "Account changed" : "Account added")
    onClose()
  })
  const field = fieldOf(save.error)
  const wrong = (one: string) => (field === one ? asApiError(save.error).sentence : null)
  const taken = accounts.filter((each) => each.purpose && each.type === account?.type && each.code !== account?.code)
  return (
    <Dialog open onClose={onClose} title={account ? `Change ${account.code} ${account.name}` : "Add an account"}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate(undefined)
        }}
      >
        {!account && (
          <div className="grid grid-cols-2 gap-3">
            <Field label="Code" error={wrong("code")} hint="Letters, digits, dots and dashes.">
              {(control) => (
                <Input
                  {...control}
                  required
                  maxLength={CODE_LENGTH_MAX}
                  pattern="[0-9A-Za-z][0-9A-Za-z.\-]*"
                  autoComplete="off"
                  value={code}
                  onChange={(event) => setCode(event.target.value)}
                />
              )}
            </Field>
            <Field label="Type" error={wrong("type")}>
              {(control) => (
                <Select
                  {...control}
                  value={type}
                  onChange={(event) => setType(TYPES.find((each) => each === event.target.value) ?? "asset")}
                >
                  {TYPES.map((each) => (
                    <option key={each} value={each}>
                      {TYPE_NAMES[each]}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
        )}
        <Field label="Name" error={wrong("name")}>
          {(control) => (
            <Input
              {...control}
              required
              maxLength={NAME_LENGTH_MAX}
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        {account && account.purpose === null && taken.length > 0 && (
          <Field
            label="Takes over the purpose of"
            error={wrong("purpose")}
            hint="Only from an account to which nothing was booked yet: what is booked stays where it is."
          >
            {(control) => (
              <Select
                {...control}
                value={purpose}
                onChange={(event) =>
                  setPurpose(taken.find((each) => each.purpose === event.target.value)?.purpose ?? "")
                }
              >
                <option value="">None</option>
                {taken.map((each) => (
                  <option key={each.code} value={each.purpose!}>
                    {each.code} {each.name}: {words(each.purpose!)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        {save.error && !SHOWN.includes(field ?? "") && (
          <Notice tone="bad">
            <span role="alert">{asApiError(save.error).sentence}</span>
          </Notice>
        )}
        <div className="mt-1 flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={save.isPending}>
            {account ? "Save" : "Add"}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
