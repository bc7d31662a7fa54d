"""Preferences: what people like to see and to be told. Nothing here changes what is decided."""

from intendant.kernel.preferences._notifications import (
    AlertNotification,
    Notifications,
    NotificationsInvalid,
    get_notifications,
    put_notifications,
)
from intendant.kernel.preferences._views import (
    VIEWS_PER_USER_MAX,
    SavedView,
    TooManyViews,
    ViewForeign,
    ViewInvalid,
    ViewNameTaken,
    ViewUnknown,
    change_view,
    list_views,
    remove_view,
    save_view,
)

__all__ = [
    "VIEWS_PER_USER_MAX",
    "AlertNotification",
    "Notifications",
    "NotificationsInvalid",
    "SavedView",
    "TooManyViews",
    "ViewForeign",
    "ViewInvalid",
    "ViewNameTaken",
    "ViewUnknown",
    "change_view",
    "get_notifications",
    "list_views",
    "put_notifications",
    "remove_view",
    "save_view",
]
