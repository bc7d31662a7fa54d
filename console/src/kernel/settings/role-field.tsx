import { useId } from "react"
import { cn } from "@/ui/cn"
import { ROLES, type Role, within } from "./roles"

/** A role, each explained in one line; those above one's own cannot be given. */
export function RoleField({
  own,
  value,
  onChange,
  disabled,
  error,
}: {
  own: Role
  value: Role
  onChange: (role: Role) => void
  disabled?: boolean
  error?: string | null
}) {
  const name = useId()
  return (
    <fieldset>
      <legend className="mb-1 text-xs font-medium text-ink-2">Role</legend>
      <div className="flex flex-col gap-1">
        {ROLES.map((role) => {
          const allowed = within(own, role.value)
          return (
            <label
              key={role.value}
              className={cn(
                "flex items-start gap-2.5 rounded-control border px-2.5 py-1.5 text-[13px]",
                value === role.value ? "border-accent bg-accent-soft" : "border-transparent",
                allowed && !disabled ? "cursor-pointer" : "opacity-60",
                allowed && !disabled && value !== role.value && "hover:bg-sunken",
              )}
            >
              <input
                type="radio"
                name={name}
                className="mt-0.5 size-4 shrink-0 accent-accent"
                checked={value === role.value}
                disabled={disabled || !allowed}
                onChange={() => onChange(role.value)}
              />
              <span>
                <span className="font-medium">{role.label}</span>
                <span className="block text-xs text-ink-2">
                  {role.may}
                  {!allowed && " Above your own role."}
                </span>
              </span>
            </label>
          )
        })}
      </div>
      {error && (
        <p role="alert" className="mt-1 text-xs text-decline">
          {error}
        </p>
      )}
    </fieldset>
  )
}
