import { useQuery } from "@tanstack/react-query"
import { CircleAlert, Rocket, Sprout } from "lucide-react"
import { Card, Notice } from "@/ui/basics"
import { Empty, Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { AboutCard } from "./about-card"
import { AnsweringCard } from "./answering-card"
import { FiguresCard } from "./figures-card"
import { type Model, versionQuery } from "./queries"
import { TrainingCard } from "./training-card"
import { UseCard } from "./use-card"
import { VerdictCard } from "./verdict-card"

/** What a model is, what answers for it, how well, and how its training stands. */
export function OverviewTab({ model }: { model: Model }) {
  const shown = model.champion?.number ?? (model.version || null)
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="flex min-w-0 flex-col gap-4">
        {model.error && model.state !== "training" && (
          <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
            The last training failed
            {model.failed_at && (
              <>
                {" "}
                <When at={model.failed_at} clock="system" />
              </>
            )}
            : {model.error}
          </Notice>
        )}
        {model.version > 0 && !model.champion && (
          <Notice tone="warn" icon={<Rocket aria-hidden />}>
            Nothing answers yet: {model.version === 1 ? "a version is" : `${model.version} versions are`} trained and
            none is deployed.
          </Notice>
        )}
        <TrainingCard model={model} />
        {shown === null ? (
          model.state !== "training" && (
            <Card>
              <Empty icon={<Sprout />} title="Never trained">
                “Train” learns from the data, measures the result on rows held back, and writes down all that was found.
              </Empty>
            </Card>
          )
        ) : (
          <>
            <AnsweringCard model={model} />
            <Measured model={model} number={shown} />
          </>
        )}
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <AboutCard model={model} />
        <UseCard model={model} />
      </div>
    </div>
  )
}

function Measured({ model, number }: { model: Model; number: number }) {
  const version = useQuery(versionQuery(model.id, number))
  const role = model.champion ? "the champion" : "the latest"
  return (
    <Fetched query={version}>
      {(data) => (
        <>
          <VerdictCard version={data} title={`Verdict on version ${number}, ${role}`} />
          <FiguresCard version={data} />
        </>
      )}
    </Fetched>
  )
}
