import { CircleCheck, CircleX, Download, FileKey2, KeyRound } from "lucide-react"
import { useRef, useState } from "react"
import { Card, Copy, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { download } from "@/ui/download"
import { Field, Textarea } from "@/ui/field"
import { type Bytes, grouped, isSame, readKey, toHex } from "./hashing"
import { useFingerprint } from "./proof-facts"
import { keepKey, useTrustedKey } from "./trusted-key"

/** The public key: what it proves and what not, and the reader's own copy of it to verify against. */
export function KeyCard({ pem, stated }: { pem: string; stated: Bytes | null }) {
  const own = useTrustedKey()
  const digits = useFingerprint(stated ? toHex(stated) : undefined)
  return (
    <Card
      title="The public key"
      actions={
        <Button size="sm" onClick={() => download("audit-signing.public.pem", pem, "application/x-pem-file")}>
          <Download aria-hidden /> Download
        </Button>
      }
    >
      <dl className="text-[13px]">
        <dt className="text-xs text-ink-3">Fingerprint (SHA-256)</dt>
        <dd className="mt-0.5">
          {digits ? (
            <Copy text={digits} label="Copy fingerprint">
              <span className="whitespace-normal">{grouped(digits)}</span>
            </Copy>
          ) : (
            "–"
          )}
        </dd>
      </dl>
      <p className="mt-3 text-[13px] text-ink-2">
        A log that holds with this key was not changed, added to or cut in the middle by anybody without the signing
        key. It does not prove that what was written was true when it was written, nor that nothing was left out.
      </p>
      <Comparison own={own} stated={stated} />
    </Card>
  )
}

function Comparison({ own, stated }: { own: Bytes | null; stated: Bytes | null }) {
  if (!own)
    return (
      <>
        <Notice tone="warn" icon={<KeyRound aria-hidden />} className="mt-3">
          This key came from the same server as the log. Whoever replaced the log could have replaced the key: compare
          it with a copy that was kept elsewhere.
        </Notice>
        <OwnKey />
      </>
    )
  const same = stated !== null && isSame(own, stated)
  return (
    <>
      <Notice
        tone={same ? "info" : "bad"}
        icon={same ? <CircleCheck aria-hidden /> : <CircleX aria-hidden />}
        className="mt-3"
      >
        {same ? (
          <>The server's key is the one you keep. Everything is verified against yours.</>
        ) : (
          <span role="alert">
            The server names another key than the one you keep. Ask whoever runs it whether the key was changed, and
            believe nothing that is signed by the new one until you know.
          </span>
        )}
      </Notice>
      <Button size="sm" variant="ghost" className="mt-2" onClick={() => keepKey(null)}>
        Forget my key
      </Button>
    </>
  )
}

const KEY_FILE_BYTES_MAX = 10_000

function OwnKey() {
  const [text, setText] = useState("")
  const [error, setError] = useState<string | null>(null)
  const file = useRef<HTMLInputElement>(null)
  const take = (given: string) => {
    const key = readKey(given)
    if (key) keepKey(key)
    else setError("This is no Ed25519 public key. Give the PEM file, or its 64 hexadecimal digits.")
  }
  return (
    <form
      className="mt-3 flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        take(text)
      }}
    >
      <Field label="Your copy of the key" error={error} hint="It stays in this browser.">
        {(control) => (
          <Textarea
            {...control}
            rows={3}
            spellCheck={false}
            className="mono text-xs"
            placeholder="-----BEGIN PUBLIC KEY-----"
            value={text}
            onChange={(event) => {
              setText(event.target.value)
              setError(null)
            }}
          />
        )}
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" disabled={!text.trim()}>
          Verify against this key
        </Button>
        <Button onClick={() => file.current?.click()}>
          <FileKey2 aria-hidden /> Choose a file…
        </Button>
        <input
          ref={file}
          type="file"
          aria-label="Key file"
          className="hidden"
          onChange={(event) => {
            const chosen = event.target.files?.[0]
            event.target.value = ""
            if (chosen) void chosen.slice(0, KEY_FILE_BYTES_MAX).text().then(take)
          }}
        />
      </div>
    </form>
  )
}
