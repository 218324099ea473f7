"""Charts as inline SVG, made on the server: data in, markup out.

They carry classes and no styles (`static/charts.css` has those), fit into any width, and say in words what they show.
"""
