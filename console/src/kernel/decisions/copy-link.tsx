import { Check, Link2 } from "lucide-react"
import { useState } from "react"
import { Button } from "@/ui/button"
import { toastError } from "@/ui/toast"

const SHOWN_MILLISECONDS = 1_500

/** Copies the address of this page. */
export function CopyLink() {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href)
      setCopied(true)
      setTimeout(() => setCopied(false), SHOWN_MILLISECONDS)
    } catch (error) {
      toastError(error, "The link could not be copied")
    }
  }
  return (
    <Button onClick={() => void copy()}>
      {copied ? <Check /> : <Link2 />} {copied ? "Copied" : "Copy link"}
    </Button>
  )
}
