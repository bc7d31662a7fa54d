import { Button } from "@/ui/button"

/** The older part of a list that grows downwards. */
export const More = ({
  query,
}: {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
}) =>
  query.hasNextPage && (
    <Button
      size="sm"
      className="mt-2 w-full"
      busy={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
    >
      Show older
    </Button>
  )
