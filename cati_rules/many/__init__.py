"""Documents by the thousand: read, judged in several processes, and answered in lines of verdicts in their order.

Memory does not grow with their number, one that cannot be read does not stop the others, and an interruption leaves
whole lines.
"""
