import { Scroll } from "@/ui/scroll"

/** The parts of a letter, as its document keeps them. */
type Block =
  | { block: "paragraph"; text: string; quiet: boolean }
  | { block: "heading"; text: string }
  | { block: "figures"; rows: [string, string][] }
  | { block: "items"; items: string[] }
  | { block: "notice"; title: string; paragraphs: string[] }
  | {
      block: "table"
      caption: string
      columns: string[]
      aligns: string[]
      rows: string[][]
      total: string[] | null
    }

/** The words of a letter. It is laid out in full as a page and as PDF. */
export function LetterText({ document }: { document: Record<string, unknown> }) {
  const blocks = (Array.isArray(document.blocks) ? document.blocks : []) as Block[]
  return (
    <article
      aria-label="The letter"
      className="flex flex-col gap-2.5 rounded-control border bg-raised p-4 text-[13px] leading-5"
    >
      <h3 className="text-sm font-semibold">{String(document.title ?? "Letter")}</h3>
      {blocks.map((block, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a letter never changes
        <Part key={at} block={block} />
      ))}
    </article>
  )
}

function Part({ block }: { block: Block }) {
  switch (block.block) {
    case "paragraph":
      return <p className={`break-words ${block.quiet ? "text-xs text-ink-3" : ""}`}>{block.text}</p>
    case "heading":
      return <h4 className="mt-1 font-semibold">{block.text}</h4>
    case "items":
      return (
        <ul className="list-disc pl-5">
          {block.items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      )
    case "figures":
      return (
        <dl className="num">
          {block.rows.map(([label, value]) => (
            <div key={label} className="flex justify-between gap-3 border-t py-1 first:border-0">
              <dt className="text-ink-3">{label}</dt>
              <dd className="text-right font-medium">{value}</dd>
            </div>
          ))}
        </dl>
      )
    case "notice":
      return (
        <section className="rounded-control bg-sunken p-3 text-xs">
          <h4 className="mb-1 font-semibold">{block.title}</h4>
          {block.paragraphs.map((text) => (
            <p key={text} className="mt-1 break-words">
              {text}
            </p>
          ))}
        </section>
      )
    case "table":
      return <TablePart block={block} />
    default:
      return null
  }
}

function TablePart({ block }: { block: Extract<Block, { block: "table" }> }) {
  const side = (at: number) => `px-1.5 py-1 ${block.aligns[at] === "right" ? "text-right" : "text-left"}`
  return (
    <Scroll label={block.caption} className="max-h-72 overflow-auto rounded-control border">
      <table className="num w-full text-xs whitespace-nowrap">
        <caption className="sr-only">{block.caption}</caption>
        <thead className="sticky top-0 bg-sunken text-ink-3">
          <tr>
            {block.columns.map((name, at) => (
              <th key={name} scope="col" className={`${side(at)} font-medium`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...block.rows, ...(block.total ? [block.total] : [])].map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a letter never changes
            <tr key={at} className="border-t">
              {row.map((value, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a letter never changes
                <td key={place} className={side(place)}>
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
