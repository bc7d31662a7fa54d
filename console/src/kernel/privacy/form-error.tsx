import { Notice } from "@/ui/basics"

/** What is wrong with a form as a whole. */
export function FormError({ sentence }: { sentence: string | null }) {
  return (
    sentence && (
      <Notice tone="bad">
        <span role="alert">{sentence}</span>
      </Notice>
    )
  )
}
