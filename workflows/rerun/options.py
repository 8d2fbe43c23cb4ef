"""What a rerun does with the jobs that are selected, and with those around them."""

from __future__ import annotations

from dataclasses import dataclass, field

from workflows.rerun.resource_change import ResourceChange


@dataclass(frozen=True, slots=True)
class RerunOptions:
    """How selected jobs run again."""

    with_downstream: bool = True
    """Jobs that follow from them run again too."""
    with_upstream: bool = False
    """So do the jobs that they wait for directly, and further up whatever did not complete."""
    change: ResourceChange = field(default_factory=ResourceChange)
    """The resources that the selected jobs require from now on."""
    starts: bool = True
    """Workers may take them at once."""
    force: bool = False
    """Running jobs among them are canceled first, and missing inputs are no obstacle."""
