import { Link } from "@tanstack/react-router"
import { useMe } from "@/app/session"
import { Card, Copy } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Page } from "@/ui/page"

const Command = ({ text }: { text: string }) => (
  <div className="mt-1.5 flex rounded-control border bg-sunken py-1 pr-1 pl-2.5">
    <Copy text={text} label="Copy the command" />
  </div>
)

/** What to do once the demo is gone and there is no other organisation. */
export function DemoRemovedPage() {
  const me = useMe()
  return (
    <Page title="The demo is gone" lead="Everything in it was deleted, and its simulator has ended.">
      <div className="flex max-w-2xl flex-col gap-4">
        <Card title="Add an organisation of your own">
          <p className="text-[13px] text-ink-2">Where Intendant is installed, with a short name of your choice:</p>
          <Command text='intendant organization add acme --name "Acme Lending"' />
          <p className="mt-3 text-[13px] text-ink-2">
            Time zone and currency may be given too. Its components observe at first: they propose and nothing acts.
            Give yourself a place in it:
          </p>
          <Command text="intendant user add you@example.org -o acme --role owner" />
          <p className="mt-3 text-[13px] text-ink-2">Then open the link that is printed.</p>
        </Card>
        <Card title="Or begin a new demo">
          <Command text="intendant demo create" />
          <p className="mt-3 text-[13px] text-ink-2">Then start everything again:</p>
          <Command text="make up" />
        </Card>
        {me && (
          <Button asChild variant="solid" className="self-start">
            <Link to="/admin/autonomous-business">Go on in {me.organization.name}</Link>
          </Button>
        )}
      </div>
    </Page>
  )
}
