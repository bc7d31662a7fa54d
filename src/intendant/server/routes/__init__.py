"""Routes of the kernel: one module for each kernel package, listed here one by one."""

from fastapi import APIRouter

from intendant.server.routes import access

ROUTERS: tuple[APIRouter, ...] = (access.router,)
"""Every router of the kernel, in the order of the reference."""
