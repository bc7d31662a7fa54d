import { getRouteApi } from "@tanstack/react-router"
import { Page } from "@/ui/page"
import { Tabs } from "@/ui/tabs"
import { LettersList } from "./letters-list"
import { NoticesDue } from "./notices-due"
import type { LetterSearch } from "./search"

const route = getRouteApi("/letters")

/** What was written to applicants and borrowers, and what is still owed to them. */
export function LettersPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (part: Partial<LetterSearch>, quiet = false) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: quiet, resetScroll: !quiet })
  return (
    <Page title="Letters" lead="What was written to applicants and borrowers, and what is still owed to them.">
      <Tabs
        label="Letters"
        value={search.tab ?? "all"}
        onChange={(tab) => void navigate({ search: { tab } })}
        tabs={[
          { value: "all", label: "Issued", content: () => <LettersList search={search} onChange={change} /> },
          { value: "due", label: "Notices owed", content: () => <NoticesDue search={search} onChange={change} /> },
        ]}
      />
    </Page>
  )
}
