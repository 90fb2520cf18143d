"""Execution: where jobs run. Worker processes side by side, spoken to in lines of JSON; never torch."""
