import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { Command } from "cmdk"
import { Keyboard, Moon, Sun } from "lucide-react"
import { Dialog } from "radix-ui"
import { type ReactNode, useDeferredValue, useState } from "react"
import { query } from "@/api/client"
import { Kbd } from "@/ui/basics"
import { words } from "@/ui/format"
import { setTheme } from "@/ui/theme"
import { Verdict } from "@/ui/verdict"
import type { Place } from "./nav"
import { useCan } from "./session"

const ITEM =
  "flex h-9 cursor-pointer items-center gap-2.5 rounded-control px-2.5 text-[13px] data-[selected=true]:bg-accent-soft [&_svg]:size-4"
const FOUND_MAX = 6

/** Everything one can go to or do, by typing. */
export default function CommandMenu({
  places,
  onClose,
  onKeys,
}: {
  places: Place[]
  onClose: () => void
  onKeys: () => void
}) {
  const navigate = useNavigate()
  const can = useCan()
  const [typed, setTyped] = useState("")
  const q = useDeferredValue(typed.trim())
  const found = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/decisions",
      { params: { query: { q, limit: FOUND_MAX } } },
      {
        enabled: q.length > 1 && can("kernel:decision:read"),
      },
    ),
  )
  const run = (act: () => void) => () => {
    onClose()
    act()
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40 animate-in fade-in-0" />
        <Dialog.Content
          aria-describedby={undefined}
          className="card fixed top-[12vh] left-1/2 z-50 w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden bg-raised animate-in fade-in-0 slide-in-from-top-2"
        >
          <Dialog.Title className="sr-only">Command menu</Dialog.Title>
          <Command loop label="Command menu">
            <Command.Input
              value={typed}
              onValueChange={setTyped}
              placeholder="Search decisions, pages, actions…"
              className="h-12 w-full border-b bg-transparent px-4 outline-none placeholder:text-ink-3"
            />
            <Command.List className="max-h-[50vh] overflow-auto p-2 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3">
              <Command.Empty className="py-8 text-center text-ink-3">
                {found.isFetching ? "Searching…" : "Nothing found."}
              </Command.Empty>
              <Command.Group heading="Go to">
                {places.map(({ to, label, icon: Icon, key }) => (
                  <Item key={to} value={`go ${label}`} onSelect={run(() => void navigate({ to }))}>
                    <Icon aria-hidden /> {label}
                    <span className="ml-auto flex gap-0.5">
                      <Kbd>g</Kbd>
                      <Kbd>{key}</Kbd>
                    </span>
                  </Item>
                ))}
              </Command.Group>
              {q.length > 1 && (found.data?.items.length ?? 0) > 0 && (
                <Command.Group heading="Decisions">
                  {found.data!.items.map((decision) => (
                    <Item
                      key={decision.id}
                      value={`${decision.id} ${q}`}
                      onSelect={run(
                        () => void navigate({ to: "/decisions/$decisionId", params: { decisionId: decision.id } }),
                      )}
                    >
                      <Verdict verdict={decision.verdict} />
                      <span className="truncate">{decision.summary || words(decision.kind)}</span>
                    </Item>
                  ))}
                </Command.Group>
              )}
              <Command.Group heading="Console">
                <Item value="theme light" onSelect={run(() => setTheme("light"))}>
                  <Sun aria-hidden /> Light theme
                </Item>
                <Item value="theme dark" onSelect={run(() => setTheme("dark"))}>
                  <Moon aria-hidden /> Dark theme
                </Item>
                <Item value="keyboard shortcuts help" onSelect={onKeys}>
                  <Keyboard aria-hidden /> Keyboard shortcuts
                </Item>
              </Command.Group>
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const Item = ({ value, onSelect, children }: { value: string; onSelect: () => void; children: ReactNode }) => (
  <Command.Item value={value} onSelect={onSelect} className={ITEM}>
    {children}
  </Command.Item>
)
