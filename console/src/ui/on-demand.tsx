import { Slot } from "radix-ui"
import { type ComponentType, lazy, type ReactElement, Suspense, useState } from "react"

/**
 * Make of a part that opens at its `trigger` one whose code is fetched when somebody reaches for it. The part is to be open
 * from the start, since it was asked for.
 */
export function onDemand<Props extends { trigger: ReactElement }>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  popup: "menu" | "dialog",
) {
  const Part = lazy(load)
  return function OnDemand(props: Props) {
    const [wanted, setWanted] = useState(false)
    const button = (
      <Slot.Root
        aria-haspopup={popup}
        aria-expanded={false}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
        onClick={() => setWanted(true)}
      >
        {props.trigger}
      </Slot.Root>
    )
    return wanted ? (
      <Suspense fallback={button}>
        <Part {...props} />
      </Suspense>
    ) : (
      button
    )
  }
}
