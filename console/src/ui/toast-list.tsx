import { X } from "lucide-react"
import { Toast } from "radix-ui"
import { Button } from "./button"
import { cn } from "./cn"
import { drop, type Entry } from "./toast"

export default function ToastList({ entries }: { entries: Entry[] }) {
  return (
    <Toast.Provider swipeDirection="right" label="Notice">
      {entries.map((entry) => (
        <Toast.Root
          key={entry.id}
          duration={entry.milliseconds}
          onOpenChange={(open) => !open && drop(entry.id)}
          className={cn(
            "card flex items-start gap-3 bg-raised p-3 text-[13px] shadow-lg animate-in slide-in-from-bottom-2 fade-in-0",
            entry.tone === "bad" && "border-decline-fill/50",
          )}
        >
          <div className="min-w-0 flex-1">
            <Toast.Title className="font-medium">{entry.title}</Toast.Title>
            {entry.detail && <Toast.Description className="mt-0.5 text-ink-2">{entry.detail}</Toast.Description>}
          </div>
          {entry.action && (
            <Toast.Action asChild altText={entry.action.label}>
              <Button size="sm" onClick={entry.action.run}>
                {entry.action.label}
              </Button>
            </Toast.Action>
          )}
          <Toast.Close asChild>
            <Button size="icon" variant="ghost" className="-m-1 size-7" aria-label="Close">
              <X />
            </Button>
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport className="fixed top-16 right-4 z-[60] flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 outline-none md:top-auto md:bottom-4" />
    </Toast.Provider>
  )
}
