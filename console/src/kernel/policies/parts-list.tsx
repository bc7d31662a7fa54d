import { ArrowDown, ArrowUp, CircleAlert, Copy, EllipsisVertical, Plus, Trash2, TriangleAlert } from "lucide-react"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { words } from "@/ui/format"
import { Menu } from "@/ui/menu"
import { ALWAYS, type Finding, NEW_RULE, newAction, type Rule } from "./document"
import { useEditor, withAction } from "./editor"
import { type Place, placesOf } from "./places"
import { actionLabel } from "./vocabulary"

interface Props {
  keys: string[]
  part: string
  onPart: (part: string) => void
}

/** What the policy consists of: choose a part to edit; add, copy, move and remove rules. */
export function PartsList({ keys, part, onPart }: Props) {
  const { document, change, findings, vocabulary } = useEditor()
  const spare = (vocabulary?.actions ?? []).filter((action) => !(action.name in document.actions))
  const marked = (test: (place: Place) => boolean) => {
    const found = findings.filter((finding) => placesOf(finding, document).some(test))
    return found.find((finding) => finding.severity === "error") ?? found[0]
  }
  const insert = (rule: Rule, at: number) => {
    const key = unique(rule.name, keys)
    change(
      (now) => ({ ...now, rules: now.rules.toSpliced(at, 0, rule) }),
      (now) => now.toSpliced(at, 0, key),
    )
    onPart(`rule:${key}`)
  }
  const move = (at: number, step: number) =>
    change(
      (now) => ({ ...now, rules: swapped(now.rules, at, at + step) }),
      (now) => swapped(now, at, at + step),
    )
  const remove = (at: number) => {
    change(
      (now) => ({ ...now, rules: now.rules.toSpliced(at, 1) }),
      (now) => now.toSpliced(at, 1),
    )
    if (part === `rule:${keys[at]}`) onPart("general")
  }
  const names = document.rules.map((rule) => rule.name)
  return (
    <nav aria-label="Parts of the policy" className="flex flex-col gap-4 text-[13px]">
      <section aria-label="Rules">
        <Heading>Rules</Heading>
        <ul>
          {document.rules.map((rule, at) => (
            <li key={keys[at]} className="group relative flex items-center">
              <Item
                current={part === `rule:${keys[at]}`}
                label={rule.name || "(no name)"}
                dim={rule.not_applicable !== undefined}
                finding={marked((place) => place.part === "rule" && place.at === at)}
                onClick={() => onPart(`rule:${keys[at]}`)}
              />
              <Menu
                label={`Rule ${rule.name}`}
                trigger={
                  <Button
                    size="icon"
                    variant="ghost"
                    className="size-7 shrink-0"
                    aria-label={`More for the rule ${rule.name}`}
                  >
                    <EllipsisVertical />
                  </Button>
                }
                items={[
                  { label: "Move up", icon: <ArrowUp />, disabled: at === 0, run: () => move(at, -1) },
                  {
                    label: "Move down",
                    icon: <ArrowDown />,
                    disabled: at === names.length - 1,
                    run: () => move(at, 1),
                  },
                  {
                    label: "Copy",
                    icon: <Copy />,
                    run: () => insert({ ...structuredClone(rule), name: unique(rule.name, names) }, at + 1),
                  },
                  null,
                  { label: "Remove", icon: <Trash2 />, danger: true, run: () => remove(at) },
                ]}
              />
            </li>
          ))}
        </ul>
        <Button
          size="sm"
          variant="ghost"
          className="mt-1"
          onClick={() =>
            insert({ name: unique(NEW_RULE, names), effect: "ask", when: ALWAYS, missing: "ask" }, names.length)
          }
        >
          <Plus /> Rule
        </Button>
      </section>
      <section aria-label="Actions">
        <Heading>Actions</Heading>
        <ul>
          {Object.keys(document.actions).map((name) => (
            <li key={name} className="flex items-center">
              <Item
                current={part === `action:${name}`}
                label={actionLabel(vocabulary, name)}
                finding={marked((place) => place.part === "action" && place.name === name)}
                onClick={() => onPart(`action:${name}`)}
              />
              <Button
                size="icon"
                variant="ghost"
                className="size-7 shrink-0"
                aria-label={`Remove the action ${name}`}
                onClick={() => {
                  change((now) => ({
                    ...now,
                    actions: Object.fromEntries(Object.entries(now.actions).filter(([each]) => each !== name)),
                  }))
                  if (part === `action:${name}`) onPart("general")
                }}
              >
                <Trash2 />
              </Button>
            </li>
          ))}
        </ul>
        {spare.length > 0 && (
          <Menu
            label="Allow an action"
            trigger={
              <Button size="sm" variant="ghost" className="mt-1">
                <Plus /> Action
              </Button>
            }
            items={spare.map((action) => ({
              label: action.label,
              run: () => {
                change((now) => withAction(now, action.name, newAction()))
                onPart(`action:${action.name}`)
              },
            }))}
          />
        )}
      </section>
      <section aria-label="Settings">
        <Heading>Whole policy</Heading>
        <Item
          current={part === "general"}
          label="Settings"
          finding={marked((place) => place.part === "general")}
          onClick={() => onPart("general")}
        />
        <Item
          current={part === "aggregates"}
          label={`Counted over time (${document.aggregates?.length ?? 0})`}
          finding={marked((place) => place.part === "aggregates")}
          onClick={() => onPart("aggregates")}
        />
      </section>
    </nav>
  )
}

const Heading = ({ children }: { children: string }) => (
  <p className="mb-1 px-2 text-2xs font-semibold tracking-wide text-ink-3 uppercase">{children}</p>
)

function Item({
  current,
  label,
  dim,
  finding,
  onClick,
}: {
  current: boolean
  label: string
  dim?: boolean
  finding: Finding | undefined
  onClick: () => void
}) {
  return (
    <button
      type="button"
      aria-current={current ? "true" : undefined}
      onClick={onClick}
      className={cn(
        "flex h-8 w-full min-w-0 items-center gap-1.5 rounded-control px-2 text-left hover:bg-sunken aria-[current=true]:bg-accent-soft aria-[current=true]:font-medium aria-[current=true]:text-accent dark:hover:bg-raised",
        dim && "text-ink-3 line-through",
      )}
    >
      <span className="truncate">{/^[a-z0-9_.-]+$/.test(label) ? words(label) : label}</span>
      {finding &&
        (finding.severity === "error" ? (
          <CircleAlert aria-label="has an error" className="ml-auto size-4 shrink-0 text-decline" />
        ) : (
          <TriangleAlert aria-label="has a warning" className="ml-auto size-4 shrink-0 text-review" />
        ))}
    </button>
  )
}

function unique(name: string, taken: string[]): string {
  if (!taken.includes(name)) return name
  const stem = name.replace(/_\d+$/, "")
  let count = 2
  while (taken.includes(`${stem}_${count}`)) count += 1
  return `${stem}_${count}`
}

const swapped = <T,>(list: T[], one: number, other: number): T[] => list.with(one, list[other]!).with(other, list[one]!)
