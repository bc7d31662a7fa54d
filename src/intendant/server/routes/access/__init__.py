"""/api/v1/access: signing in and out, one's own account, and for administrators users and API keys."""

from fastapi import APIRouter

from intendant.server.routes.access import account, keys, notifications, users

router = APIRouter()
router.include_router(account.router)
router.include_router(notifications.router)
router.include_router(users.router)
router.include_router(keys.router)
