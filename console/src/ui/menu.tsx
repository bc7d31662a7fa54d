/** A menu under a button. What draws it is fetched when one reaches for it. */
import { Slot } from "radix-ui"
import { lazy, type ReactElement, type ReactNode, Suspense, useState } from "react"

const fetchList = () => import("./menu-list")
const MenuList = lazy(fetchList)

export interface MenuItem {
  label: ReactNode
  icon?: ReactNode
  run: () => void
  danger?: boolean
  disabled?: boolean
}

export interface MenuProps {
  trigger: ReactElement
  /** `null` is a line between groups. */
  items: (MenuItem | null)[]
  label?: string
}

export function Menu(props: MenuProps) {
  const [wanted, setWanted] = useState(false)
  const button = (
    <Slot.Root
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void fetchList()}
      onFocus={() => void fetchList()}
      onClick={() => setWanted(true)}
    >
      {props.trigger}
    </Slot.Root>
  )
  return wanted ? (
    <Suspense fallback={button}>
      <MenuList {...props} />
    </Suspense>
  ) : (
    button
  )
}
