import { useNavigate } from "@tanstack/react-router"
import { Command } from "cmdk"
import { Dialog } from "radix-ui"
import { type ReactNode, useState } from "react"
import { Kbd } from "@/ui/basics"
import { useReturnFocus } from "@/ui/return-focus"
import { useSettled } from "@/ui/use-settled"
import { type CommandDialog, CommandDialogs } from "./command-dialogs"
import { type Command as Action, useCommands } from "./commands"
import type { Place } from "./nav"
import { arrange, type Entry } from "./rank"
import { useFound } from "./use-found"

const TYPING_MILLISECONDS = 150
const ITEM =
  "flex h-9 cursor-pointer items-center gap-2.5 rounded-control px-2.5 text-[13px] data-[selected=true]:bg-accent-soft [&>svg]:size-4 [&>svg]:shrink-0"

interface Props {
  places: Place[]
  onClose: () => void
  onKeys: () => void
}

export interface MenuEntry extends Entry {
  content: ReactNode
  run: () => void
}

/** Everything one can go to or do, by typing. */
export default function CommandMenu(props: Props) {
  const [dialog, setDialog] = useState<CommandDialog | null>(null)
  if (dialog) return <CommandDialogs dialog={dialog} onClose={props.onClose} />
  return <Menu {...props} onDialog={setDialog} />
}

function Menu({ places, onClose, onKeys, onDialog }: Props & { onDialog: (dialog: CommandDialog) => void }) {
  const navigate = useNavigate()
  const focus = useReturnFocus()
  const [typed, setTyped] = useState("")
  const [chosen, setChosen] = useState("")
  const text = typed.trim()
  const q = useSettled(text, TYPING_MILLISECONDS)
  const closing = (act: () => void) => () => {
    onClose()
    act()
  }
  const commands = useCommands(onDialog, onKeys)
  const found = useFound(q, closing)
  const entries = (actions: Action[]): MenuEntry[] =>
    actions.map((action) => ({
      id: action.id,
      label: action.label,
      terms: [action.terms],
      // Those that open something else take the menu's place; the others close it.
      run: action.opens ? action.run : closing(action.run),
      content: (
        <>
          {action.icon} {action.label}
        </>
      ),
    }))
  const groups = arrange<MenuEntry>(
    [
      {
        heading: "Go to",
        entries: places.map(({ to, label, icon: Icon, key }) => ({
          id: to,
          label,
          terms: ["go to open page"],
          run: closing(() => void navigate({ to })),
          content: (
            <>
              <Icon aria-hidden /> {label}
              <span className="ml-auto flex gap-0.5">
                <Kbd>g</Kbd>
                <Kbd>{key}</Kbd>
              </span>
            </>
          ),
        })),
      },
      { heading: q ? "Decisions" : "Recent decisions", entries: found.decisions },
      { heading: "Applications", entries: found.applications },
      { heading: "Loans", entries: found.loans },
      { heading: "Actions", entries: entries(commands.actions) },
      { heading: "Settings", entries: entries(commands.settings) },
      { heading: "Console", entries: entries(commands.console) },
    ],
    typed,
  )
  const ids = groups.flatMap((group) => group.entries.map(({ id }) => id))
  // The first one, until somebody moves; what comes later from the server takes nobody's choice away.
  const current = ids.includes(chosen) ? chosen : (ids[0] ?? "")
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40 animate-in fade-in-0" />
        <Dialog.Content
          {...focus}
          aria-describedby={undefined}
          className="card fixed top-[12vh] left-1/2 z-50 w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden bg-raised animate-in fade-in-0 slide-in-from-top-2"
        >
          <Dialog.Title className="sr-only">Command menu</Dialog.Title>
          <Command loop label="Command menu" shouldFilter={false} value={current} onValueChange={setChosen}>
            <Command.Input
              value={typed}
              maxLength={200}
              onValueChange={(next) => {
                setTyped(next)
                setChosen("")
              }}
              placeholder="Search decisions, loans, pages, actions…"
              className="h-12 w-full border-b bg-transparent px-4 outline-none placeholder:text-ink-3"
            />
            <Command.List className="max-h-[50vh] scroll-py-2 overflow-auto p-2 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3">
              {ids.length === 0 && (
                <p role="status" className="py-8 text-center text-ink-3">
                  {found.busy || q !== text ? "Searching…" : "Nothing found."}
                </p>
              )}
              {groups.map((group) => (
                <Command.Group key={group.heading} heading={group.heading}>
                  {group.entries.map((entry) => (
                    <Command.Item key={entry.id} value={entry.id} onSelect={entry.run} className={ITEM}>
                      {entry.content}
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
