import { Page } from "@/ui/page"

/** What was written to applicants and borrowers, and what is still owed to them. */
export function LettersPage() {
  return (
    <Page title="Letters" lead="What was written to applicants and borrowers, and what is still owed to them.">
      {null}
    </Page>
  )
}
