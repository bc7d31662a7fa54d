import { type ComponentProps, useEffect, useState } from "react"
import { Input } from "./field"

/**
 * A number that may be half typed ("0.", "-"): what is typed stays as it is, the number is told whenever it is one, and
 * undefined when the field is emptied.
 */
export function NumberInput({
  value,
  onChange,
  scale = 1,
  ...rest
}: Omit<ComponentProps<"input">, "value" | "onChange" | "type"> & {
  value: number | undefined
  onChange: (value: number | undefined) => void
  /** What the number is shown in units of: 0.01 for per cent. */
  scale?: number
}) {
  const shown = value === undefined ? "" : String(rounded(value / scale))
  const [text, setText] = useState(shown)
  const same = text.trim() !== "" && Number(text) === Number(shown) && shown !== ""
  useEffect(() => {
    setText((now) => (shown !== "" && now.trim() !== "" && Number(now) === Number(shown) ? now : shown))
  }, [shown])
  return (
    <Input
      inputMode="decimal"
      autoComplete="off"
      value={text}
      onChange={(event) => {
        const next = event.target.value.replace(",", ".")
        setText(next)
        if (next.trim() === "") onChange(undefined)
        else if (Number.isFinite(Number(next))) onChange(rounded(Number(next) * scale))
      }}
      onBlur={() => !same && setText(shown)}
      {...rest}
    />
  )
}

/** Without the dust of binary fractions: 7 % is 0.07. */
const rounded = (value: number) => Number(value.toPrecision(12))
