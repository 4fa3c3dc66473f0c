"""Who may open which page: asked by the door, and by the navigation for what it offers."""

from studio.accounts.principal import Role

PAGE_ROLES = {
    "": Role.CREATOR,
    "blind": Role.RATER,
    "leaderboard": Role.RATER,
    "studies": Role.STUDY_OWNER,
    "library": Role.CREATOR,
    "voices": Role.CREATOR,
    "engines": Role.CREATOR,
    "costs": Role.CREATOR,
    "verify": Role.CREATOR,
}
"""By the page's address below ``/{language}/``; the studio itself is the empty one."""
