import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Ellipsis, Pencil, Plus, ScrollText, Trash2 } from "lucide-react"
import { Fragment, useState } from "react"
import { api } from "@/api/client"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { actor, words } from "@/ui/format"
import { Menu } from "@/ui/menu"
import { Scroll } from "@/ui/scroll"
import { Fetched } from "@/ui/states"
import { toast } from "@/ui/toast"
import { When } from "@/ui/when"
import { AccountDialog, useLedgerAct } from "./account-dialog"
import { type Account, accountsQuery, TYPE_NAMES, TYPES } from "./queries"
import type { Change } from "./search"

const HEADS = ["Code", "Account", "What lending books to it", "Changed", ""]

/** The chart of accounts by type; what may manage the ledger may rename, extend and clear it. */
export function Accounts({ onChange }: { onChange: Change }) {
  const can = useCan()
  const manages = can("lending:ledger:manage")
  const accounts = useQuery(accountsQuery)
  const [edited, setEdited] = useState<Account | "new" | null>(null)
  const [removed, setRemoved] = useState<Account | null>(null)
  const remove = useLedgerAct((code: string) =>
    api.DELETE("/api/v1/lending/ledger/accounts/{code}", { params: { path: { code } } }),
  )
  const items = accounts.data?.items ?? []
  return (
    <Fetched query={accounts} rows={12}>
      {() => (
        <section className="card overflow-hidden">
          <div className="flex flex-wrap items-center justify-between gap-2 border-b px-4 py-2">
            <p className="text-[13px] text-ink-3">
              {items.length} accounts. Lending books only to those with a purpose.
            </p>
            {manages && (
              <Button size="sm" onClick={() => setEdited("new")}>
                <Plus /> Add an account
              </Button>
            )}
          </div>
          <Scroll label="Chart of accounts" className="overflow-x-auto">
            <table className="w-full text-[13px]">
              <caption className="sr-only">Chart of accounts</caption>
              <thead>
                <tr className="h-9 border-b bg-sunken/60 text-left text-xs text-ink-3">
                  {HEADS.map((name, at) => (
                    <th
                      key={name}
                      scope="col"
                      className={`px-3 font-medium whitespace-nowrap ${at === 2 || at === 3 ? "hidden md:table-cell" : ""}`}
                    >
                      {name || <span className="sr-only">Acts</span>}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {TYPES.map((type) => (
                  <Fragment key={type}>
                    <tr className="border-b bg-sunken/40 text-xs">
                      <th
                        scope="colgroup"
                        colSpan={HEADS.length}
                        className="h-7 px-3 text-left font-semibold text-ink-2"
                      >
                        {TYPE_NAMES[type]}
                      </th>
                    </tr>
                    {items
                      .filter((account) => account.type === type)
                      .map((account) => (
                        <tr key={account.code} className="border-b last:border-0 hover:bg-sunken/60">
                          <td className="num h-10 px-3 text-ink-3">{account.code}</td>
                          <th scope="row" className="px-3 text-left font-normal">
                            <Link
                              to="/ledger"
                              search={{ tab: "statement", account: account.code }}
                              className="hover:underline"
                            >
                              {account.name}
                            </Link>
                          </th>
                          <td className="hidden px-3 whitespace-nowrap text-ink-2 md:table-cell">
                            {account.purpose ? words(account.purpose) : <span className="text-ink-3">–</span>}
                          </td>
                          <td className="hidden px-3 text-xs whitespace-nowrap text-ink-3 md:table-cell">
                            {account.version === 1 && account.changed_by === "system" ? (
                              "As it came"
                            ) : (
                              <>
                                {actor(account.changed_by)}, <When at={account.updated_at} />
                              </>
                            )}
                          </td>
                          <td className="px-3 text-right">
                            <Menu
                              label={`Acts on ${account.name}`}
                              trigger={
                                <Button size="icon" variant="ghost" aria-label={`Acts on ${account.name}`}>
                                  <Ellipsis />
                                </Button>
                              }
                              items={[
                                {
                                  label: "Statement",
                                  icon: <ScrollText />,
                                  run: () => onChange({ tab: "statement", account: account.code }),
                                },
                                ...(manages
                                  ? [
                                      { label: "Change", icon: <Pencil />, run: () => setEdited(account) },
                                      {
                                        label: "Remove",
                                        icon: <Trash2 />,
                                        danger: true,
                                        disabled: account.purpose !== null,
                                        run: () => setRemoved(account),
                                      },
                                    ]
                                  : []),
                              ]}
                            />
                          </td>
                        </tr>
                      ))}
                  </Fragment>
                ))}
              </tbody>
            </table>
          </Scroll>
          {edited && (
            <AccountDialog
              key={edited === "new" ? "new" : edited.code}
              account={edited === "new" ? null : edited}
              accounts={items}
              onClose={() => setEdited(null)}
            />
          )}
          <Confirm
            open={removed !== null}
            onClose={() => setRemoved(null)}
            title={`Remove ${removed?.code} ${removed?.name}?`}
            confirm="Remove"
            danger
            onConfirm={async () => {
              await remove.mutateAsync(removed!.code)
              toast("Account removed")
            }}
          >
            Only an account to which nothing was ever booked can be removed.
          </Confirm>
        </section>
      )}
    </Fetched>
  )
}
