import { Kbd } from "@/ui/basics"
import { Dialog } from "@/ui/dialog"
import type { Place } from "./nav"

const LISTS: [string[], string][] = [
  [["j"], "Next row"],
  [["k"], "Previous row"],
  [["Enter"], "Open the row"],
  [["x"], "Select the row"],
  [["Esc"], "Close what is open"],
]
const APPROVALS: [string[], string][] = [
  [["a"], "Approve"],
  [["d"], "Decline"],
  [["e"], "Amend"],
  [["z"], "Take the last answer back"],
]
const ALERTS: [string[], string][] = [
  [["a"], "Acknowledge"],
  [["s"], "Snooze"],
  [["e"], "Resolve"],
  [["m"], "Assign to me, or to nobody"],
]
const ANYWHERE: [string[], string][] = [
  [["⌘ K"], "Command menu"],
  [["/"], "Search"],
  [["?"], "This sheet"],
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
