import { cleanup, render, screen } from "@testing-library/react"
import { afterEach, expect, it } from "vitest"
import { VERDICT_KINDS, Verdict, verdictLabel } from "@/ui/verdict"

afterEach(cleanup)

it.each(VERDICT_KINDS)("%s has a word and an icon, not only a colour", (verdict) => {
  const { container } = render(<Verdict verdict={verdict} />)
  expect(screen.getByText(verdictLabel(verdict))).toBeTruthy()
  expect(container.querySelector("svg")).toBeTruthy()
})
