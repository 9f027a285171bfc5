"""Takes the place of a package that is not needed, and whose import takes two seconds.

jsonschema would check IRIs with it, which are in none of our schemas nor of Jupyter's. It makes a
parser from a grammar at every start of a Jupyter server, and the tests start a hundred of them.
"""

raise ImportError("the tests do without")
