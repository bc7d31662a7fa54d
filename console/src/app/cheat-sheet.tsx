import { Kbd } from "@/ui/basics"
import { Dialog } from "@/ui/dialog"
import type { Place } from "./nav"

const LISTS: [string[], string][] = [
  [["j"], "Next row"],
  [["k"], "Previous row"],
  [["Enter"], "Open the row"],
  [["x"], "Select the row, where many can be dealt with at once"],
  [["Esc"], "Close the panel at the side"],
]
const APPROVALS: [string[], string][] = [
  [["a"], "Approve"],
  [["d"], "Decline"],
  [["e"], "Amend"],
  [["z"], "Take the last answer back"],
  [["m"], "Take the case, or let it go"],
  [["J"], "Select on the way to the next case"],
  [["K"], "Select on the way to the previous case"],
]
const ALERTS: [string[], string][] = [
  [["a"], "Acknowledge"],
  [["s"], "Snooze"],
  [["e"], "Resolve it, or all that are selected"],
  [["m"], "Take the alert, or let it go"],
]
const ANYWHERE: [string[], string][] = [
  [["Ctrl K", "⌘ K"], "Command menu"],
  [["/"], "Search"],
  [["?"], "This sheet"],
  [["Esc"], "Close what is open"],
]

/** Every key, at a glance. */
export default function CheatSheet({ places, onClose }: { places: Place[]; onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title="Keyboard" wide>
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        <Group title="Anywhere" keys={ANYWHERE} />
        <Group title="Lists" keys={LISTS} />
        <Group title="Go to" keys={places.map(({ key, label }) => [["g", key], label])} />
        <Group title="Approvals" keys={APPROVALS} />
        <Group title="Alerts" keys={ALERTS} />
      </div>
    </Dialog>
  )
}

const Group = ({ title, keys }: { title: string; keys: [string[], string][] }) => (
  <section>
    <h3 className="mb-1.5 text-xs font-semibold text-ink-3">{title}</h3>
    <dl className="flex flex-col gap-1 text-[13px]">
      {keys.map(([names, meaning]) => (
        <div key={meaning} className="flex items-center justify-between gap-3">
          <dt>{meaning}</dt>
          <dd className="flex gap-0.5">
            {names.map((name) => (
              <Kbd key={name}>{name}</Kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  </section>
)
